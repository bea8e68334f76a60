import { boolFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "debugging" (contract.md#flags). */
export const debuggingFlags = {
  profiling: boolFlag({
    default: true,
    section: 'debugging',
    doc: 'Serve /debug/pprof and /debug/flags to authorized clients.',
  }),
  'contention-profiling': boolFlag({
    default: false,
    section: 'debugging',
    doc: 'Profile lock contention.',
    noEffect: 'the program is single-threaded and has no locks',
  }),
} as const satisfies FlagTable;

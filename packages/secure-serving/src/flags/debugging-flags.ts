import { boolFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "debugging" (contract.md#flags). */
export const debuggingFlags = {
  profiling: boolFlag({
    default: true,
    section: 'debugging',
    doc: 'Serve /debug/pprof and /debug/flags to those who may ask for them.',
  }),
  'contention-profiling': boolFlag({
    default: false,
    section: 'debugging',
    doc: 'Profile waiting for locks.',
    noEffect: 'there is one thread, and nothing in it waits for a lock',
  }),
} as const satisfies FlagTable;

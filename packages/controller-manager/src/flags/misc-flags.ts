import { durationFlag, stringFlag } from '../flag.ts';
import type { FlagTable } from '../flag.ts';

/** The flags of the section "misc" (contract.md#flags). */
export const miscFlags = {
  kubeconfig: stringFlag({
    default: '',
    section: 'misc',
    doc: 'Path of a kubeconfig file; without it and --master, the service account of the pod, and outside of a pod the files in the variable KUBECONFIG.',
  }),
  master: stringFlag({
    default: '',
    section: 'misc',
    doc: 'URL of the API server; goes before the one in the kubeconfig.',
  }),
  'node-status-update-frequency': durationFlag({
    default: 300_000,
    section: 'misc',
    doc: 'Time between two updates of the addresses of all nodes.',
  }),
} as const satisfies FlagTable;

import { durationFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

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

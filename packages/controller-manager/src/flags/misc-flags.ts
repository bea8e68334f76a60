import { durationFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "misc" (contract.md#flags). */
export const miscFlags = {
  kubeconfig: stringFlag({
    default: '',
    section: 'misc',
    doc: 'Path of a kubeconfig file. If this and --master are empty, the service account of the Pod is used or, outside a Pod, the files in the environment variable KUBECONFIG.',
  }),
  master: stringFlag({
    default: '',
    section: 'misc',
    doc: 'URL of the API server. Takes precedence over the kubeconfig.',
  }),
  'node-status-update-frequency': durationFlag({
    default: 300_000,
    section: 'misc',
    doc: 'Interval between updates of the addresses of all Nodes.',
  }),
} as const satisfies FlagTable;

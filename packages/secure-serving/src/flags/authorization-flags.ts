import { durationFlag, listFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "authorization" (contract.md#flags, contract.md#endpoints). */
export const authorizationFlags = {
  'authorization-kubeconfig': stringFlag({
    default: '',
    section: 'authorization',
    doc: 'Path of a kubeconfig whose user may ask the API server who may do what; without it, the service account of the pod.',
  }),
  'authorization-webhook-cache-authorized-ttl': durationFlag({
    default: 10_000,
    range: 'any',
    section: 'authorization',
    doc: 'How long it is remembered that somebody may do something. It is not remembered if this is 0 or negative.',
  }),
  'authorization-webhook-cache-unauthorized-ttl': durationFlag({
    default: 10_000,
    range: 'any',
    section: 'authorization',
    doc: 'How long it is remembered that somebody may not do something. It is not remembered if this is 0 or negative.',
  }),
  'authorization-always-allow-paths': listFlag({
    default: ['/healthz', '/readyz', '/livez'],
    section: 'authorization',
    doc: 'Paths that everybody may ask for; with * at the end, all that begin so.',
  }),
} as const satisfies FlagTable;

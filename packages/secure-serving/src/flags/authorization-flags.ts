import { durationFlag, listFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "authorization" (contract.md#flags, contract.md#endpoints). */
export const authorizationFlags = {
  'authorization-kubeconfig': stringFlag({
    default: '',
    section: 'authorization',
    doc: 'Path of a kubeconfig for a user that may create SubjectAccessReviews. If empty, the service account of the Pod is used.',
  }),
  'authorization-webhook-cache-authorized-ttl': durationFlag({
    default: 10_000,
    range: 'any',
    section: 'authorization',
    doc: 'How long positive results of SubjectAccessReviews are cached. Values of 0 or less disable the cache.',
  }),
  'authorization-webhook-cache-unauthorized-ttl': durationFlag({
    default: 10_000,
    range: 'any',
    section: 'authorization',
    doc: 'How long negative results of SubjectAccessReviews are cached. Values of 0 or less disable the cache.',
  }),
  'authorization-always-allow-paths': listFlag({
    default: ['/healthz', '/readyz', '/livez'],
    section: 'authorization',
    doc: 'Paths that do not require authorization. A trailing * matches any suffix.',
  }),
} as const satisfies FlagTable;

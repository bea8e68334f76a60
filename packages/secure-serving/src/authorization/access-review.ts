import type { KubeClient } from '@k8s-ccm/controller-runtime';
import { reviewTimeoutMs } from '../authentication/token-review.ts';
import type { Access, AccessReviewer } from './authorizer.ts';

/** The part of a SubjectAccessReview that is read. */
interface AccessReviewAnswer {
  readonly status?: { readonly allowed?: boolean; readonly denied?: boolean };
}

/** Creates a reviewer that creates `authorization.k8s.io/v1` SubjectAccessReviews for non-resource URLs. */
export function kubeAccessReviewer(client: Pick<KubeClient, 'request'>): AccessReviewer {
  return {
    review: async (access, signal) => {
      const text = await client.request({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: accessReviewSpec(access),
        },
        repeatable: true,
        timeoutMs: reviewTimeoutMs,
        signal,
      });
      const { status }: AccessReviewAnswer = JSON.parse(text);
      return status?.allowed === true && status.denied !== true;
    },
  };
}

function accessReviewSpec({ user, path, verb }: Access): object {
  return {
    user: user.name,
    groups: user.groups,
    extra: user.extra,
    ...(user.uid === undefined ? {} : { uid: user.uid }),
    nonResourceAttributes: { path, verb },
  };
}

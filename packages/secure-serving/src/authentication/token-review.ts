import type { KubeClient } from '@k8s-ccm/controller-runtime';
import type { TokenReviewer } from './token-authenticator.ts';
import type { UserInfo } from './user-info.ts';

/** Timeout of one attempt of a review, in milliseconds (contract.md#endpoints). */
export const reviewTimeoutMs = 10_000;

/** The part of a TokenReview that is read. */
interface TokenReviewAnswer {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly user?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

/** Creates a reviewer that creates `authentication.k8s.io/v1` TokenReviews. */
export function kubeTokenReviewer(client: Pick<KubeClient, 'request'>): TokenReviewer {
  return {
    review: async (token, signal) => {
      const text = await client.request({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
        // The API server does not store reviews, so the request can be repeated.
        repeatable: true,
        timeoutMs: reviewTimeoutMs,
        signal,
      });
      const answer: TokenReviewAnswer = JSON.parse(text);
      return userOf(answer);
    },
  };
}

function userOf({ status }: TokenReviewAnswer): UserInfo | undefined {
  const name = status?.user?.username ?? '';
  if (status?.authenticated !== true || name === '') return undefined;
  const { uid = '', groups = [], extra = {} } = status.user ?? {};
  return { name, ...(uid === '' ? {} : { uid }), groups, extra };
}

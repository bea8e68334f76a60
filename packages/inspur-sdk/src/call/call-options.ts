import type { Lane } from '@k8s-ccm/cloud-http';

/** Options that every call accepts. */
export interface CallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Priority of the call when the account's budget is exhausted. Default `load-balancer`. */
  readonly lane?: Lane;
}

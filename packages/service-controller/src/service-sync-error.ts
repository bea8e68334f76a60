import { errorText, findRetryAfter } from '@k8s-ccm/cloud-provider';

/** A try for one Service failed; the message names the step, the cause says why. */
export class ServiceSyncError extends Error {
  override readonly name = 'ServiceSyncError';
  readonly code = 'SERVICE_SYNC';
  /** Milliseconds after which the provider wants the next try; absent: with backoff. */
  readonly retryAfterMs?: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }

  /**
   * Wraps the failure of one step. Upstream honors a provider's wish for a certain retry time on some
   * paths and ignores it on others (contract.md#service-sync, contract.md#case-127), so it counts only with `wish`.
   */
  static around(step: string, cause: unknown, wish?: 'retry-after-counts'): ServiceSyncError {
    const text = errorText(cause);
    const retryAfterMs = wish === undefined ? undefined : findRetryAfter(cause)?.retryAfterMs;
    return new ServiceSyncError(step === text ? text : `${step}: ${text}`, {
      cause,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

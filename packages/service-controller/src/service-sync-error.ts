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
}

import { asApiError } from '../api/errors/api-error-predicates.ts';
import { ApiConnectionError } from '../api/errors/api-connection-error.ts';
import { ApiTimeoutError } from '../api/errors/api-timeout-error.ts';
import { findCause } from '../api/errors/error-facts.ts';
import { WatchDecodeError } from '../api/watch-decode-error.ts';

/** Statuses that say nothing about the requested version. A later retry may succeed. */
const passing = new Set([401, 403, 429]);

/**
 * Reports whether resuming a watch from the last version cannot succeed, so that the state must be loaded again: 410, a
 * version that the server does not understand, an event that cannot be decoded, an internal error. A broken connection,
 * a server that is down or too busy, and a stream that ends in the middle of an event are resumed.
 *
 * @param failure the error that ended the watch; `undefined` if it ended normally
 */
export function mustRelist(failure: unknown): boolean {
  if (failure === undefined) return false;
  const refusal = asApiError(failure);
  if (refusal !== undefined) {
    if (
      refusal.details?.causes?.some(({ reason }) => reason === 'ResourceVersionTooLarge') === true
    )
      return true;
    return refusal.status < 500 && !passing.has(refusal.status);
  }
  if (findCause(failure, ApiConnectionError) ?? findCause(failure, ApiTimeoutError)) return false;
  return findCause(failure, WatchDecodeError)?.problem !== 'truncated';
}

/** After this many refusals in a row, the server may be unable to serve the version itself. */
const maxRefusals = 5;

/** Counts consecutive watches that the server answered with an error. */
export class ServerRefusals {
  #count = 0;

  /** Reports that an event arrived: the server serves the version. */
  reset(): void {
    this.#count = 0;
  }

  /**
   * Counts a failure. Returns true once resuming has been refused too often. Failures to reach the server do not count.
   */
  isTooMany(failure: unknown): boolean {
    if (asApiError(failure) !== undefined) this.#count += 1;
    return this.#count >= maxRefusals;
  }
}

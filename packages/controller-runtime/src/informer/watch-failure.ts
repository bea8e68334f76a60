import { asApiError } from '../api/errors/api-error-predicates.ts';
import { ApiConnectionError } from '../api/errors/api-connection-error.ts';
import { ApiTimeoutError } from '../api/errors/api-timeout-error.ts';
import { findCause } from '../api/errors/error-facts.ts';
import { WatchDecodeError } from '../api/watch-decode-error.ts';

/** Refusals by status that say nothing about the version we asked for; asking again later may help. */
const passing = new Set([401, 403, 429]);

/**
 * True where resuming a watch from the last version cannot help, so that the state must be loaded again:
 * 410, a version that the server does not understand, an event that cannot be read, an error of our own.
 * A broken connection, a server that is down or too busy, or a stream cut in the middle of an event is resumed.
 *
 * @param failure what ended the watch; `undefined` for a regular end
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

/** After so many refusals in a row the version itself may be what the server cannot serve. */
const maxRefusals = 5;

/** Counts watches that the server answered with an error, one after the other. */
export class ServerRefusals {
  #count = 0;

  /** An event came: the version is served. */
  reset(): void {
    this.#count = 0;
  }

  /** Counts a failure; true once resuming has been refused too often. A server that cannot be reached does not count. */
  isTooMany(failure: unknown): boolean {
    if (asApiError(failure) !== undefined) this.#count += 1;
    return this.#count >= maxRefusals;
  }
}

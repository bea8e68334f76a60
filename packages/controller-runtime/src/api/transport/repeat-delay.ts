import { ApiConnectionError } from '../errors/api-connection-error.ts';
import { isTooLargeResourceVersion } from '../errors/api-error-predicates.ts';
import { ApiError } from '../errors/api-error.ts';
import { ApiTimeoutError } from '../errors/api-timeout-error.ts';
import type { Random } from '../../time/random.ts';

/** Maximum number of retries of one call after failures. */
const maxRepeats = 5;
/** Maximum number of retries of one call if the server names the time to wait. The number is client-go's. */
const maxAskedRepeats = 10;
const baseDelayMs = 100;
const maxDelayMs = 5_000;
/** A longer Retry-After is left to the caller: its work queue waits without holding any resource. */
const maxRetryAfterMs = 30_000;

/**
 * Returns after how many milliseconds a failed request is retried. `undefined` means never.
 *
 * - 429: always retried, whatever the method: the server refused the request before executing it.
 * - No connection: always retried, because nothing was sent.
 * - 5xx, timeout, reset: retried only if `repeatable` (reads, and idempotent writes that carry a resource version or
 *   UID
 *   as a precondition).
 *   client-go retries any method after a 5xx with Retry-After. This client does not, because a 500 or 504 of a POST may
 *   have been executed.
 * - 504 for a version in the future: never. The caller must request another version.
 * - Everything else (4xx): never.
 *
 * The delay is Retry-After if the server sent it, plus up to 100 ms so that clients do not return together. Otherwise
 * it has full jitter over 100 ms, 200 ms, … 5 s.
 *
 * @param repeats number of retries so far
 */
export function repeatDelayMs(
  error: unknown,
  {
    repeats,
    repeatable,
    random,
  }: { readonly repeats: number; readonly repeatable: boolean; readonly random: Random },
): number | undefined {
  if (!mayRepeat(error, repeatable)) return undefined;
  const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  if (asked === undefined) {
    if (repeats >= maxRepeats) return undefined;
    return random.next() * Math.min(maxDelayMs, baseDelayMs * 2 ** repeats);
  }
  if (repeats >= maxAskedRepeats || asked * 1000 > maxRetryAfterMs) return undefined;
  return asked * 1000 + random.next() * baseDelayMs;
}

function mayRepeat(error: unknown, repeatable: boolean): boolean {
  if (isTooLargeResourceVersion(error)) return false;
  if (error instanceof ApiError) return error.status === 429 || (repeatable && error.status >= 500);
  if (error instanceof ApiConnectionError) return repeatable || error.outcome === 'not-sent';
  return repeatable && error instanceof ApiTimeoutError;
}

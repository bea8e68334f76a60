import type { Random } from './random.ts';

/** How long to wait between attempts. */
export interface BackoffOptions {
  /** Upper bound of the first wait in milliseconds; doubles with each attempt. */
  readonly baseMs: number;
  /** Upper bound of any wait in milliseconds. */
  readonly maxMs: number;
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1): anything up to the bound, so that clients that failed
 * together do not come back together. Where the cloud named a time, that time and a little more.
 */
export function backoffMs(
  attempt: number,
  options: BackoffOptions,
  random: Random,
  retryAfterMs?: number,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs + random.next() * options.baseMs;
  return random.next() * Math.min(options.maxMs, options.baseMs * 2 ** (attempt - 1));
}

/** Milliseconds of a Retry-After header, which holds seconds or an HTTP date; undefined where it holds neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes much that is no date ("-1", "3.5"); an HTTP date starts with a weekday.
  const at = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

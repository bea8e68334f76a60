import type { Random } from './random.ts';

/** Pauses between attempts. */
export interface BackoffOptions {
  /** Upper limit of the first pause in milliseconds. Doubles with each attempt. */
  readonly baseMs: number;
  /** Upper limit of all pauses in milliseconds. */
  readonly maxMs: number;
}

/**
 * Returns the milliseconds to wait after attempt number `attempt` (starting from 1). The value is random between 0 and
 * the limit, so that clients that failed together do not retry together. If the cloud requested a time, the value is
 * that time and a little more.
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

/**
 * Parses a Retry-After header, which holds seconds or an HTTP date. Returns milliseconds, or `undefined` if the header
 * is invalid.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse accepts many texts that are not dates ("-1", "3.5"); an HTTP date starts with a weekday.
  const at = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

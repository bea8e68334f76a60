import type { Clock } from '../time/clock.ts';
import { tokenBucket, type TokenBucketOptions } from '../time/token-bucket.ts';

/** Decides how long a key must wait before it is tried again. */
export interface RateLimiter {
  /** Counts one more failure of the key; returns how long to wait, in milliseconds. */
  when(key: string): number;
  /** The key succeeded, or is given up: its failures are forgotten. */
  forget(key: string): void;
  /** Failures since the last `forget`. */
  failures(key: string): number;
}

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /** Wait after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** Longest wait, in milliseconds. */
  readonly maxMs: number;
}

/** Waits `baseMs`, then twice as long after each failure of the same key, up to `maxMs`. */
export function exponentialBackoff({ baseMs, maxMs }: ExponentialBackoffOptions): RateLimiter {
  const failures = new Map<string, number>();
  return {
    when: (key) => {
      const before = failures.get(key) ?? 0;
      failures.set(key, before + 1);
      return Math.min(maxMs, baseMs * 2 ** before);
    },
    forget: (key) => void failures.delete(key),
    failures: (key) => failures.get(key) ?? 0,
  };
}

/** Limits the rate of all keys together with a token bucket. It does not count failures. */
export function bucketRateLimiter(options: TokenBucketOptions): RateLimiter {
  const bucket = tokenBucket(options);
  return { when: () => bucket.reserve(), forget: () => undefined, failures: () => 0 };
}

/** Waits as long as the strictest of its limiters asks. */
export function maxOf(...limiters: readonly RateLimiter[]): RateLimiter {
  return {
    when: (key) => Math.max(...limiters.map((limiter) => limiter.when(key))),
    forget: (key) => limiters.forEach((limiter) => limiter.forget(key)),
    failures: (key) => Math.max(...limiters.map((limiter) => limiter.failures(key))),
  };
}

/**
 * What controllers use unless they know better (contract.md#work-queue): each key waits 5 ms, 10 ms, … 1000 s, and all
 * retries together pass at 10 per second with a burst of 100.
 */
export function defaultControllerRateLimiter({ clock }: { readonly clock: Clock }): RateLimiter {
  return maxOf(
    exponentialBackoff({ baseMs: 5, maxMs: 1_000_000 }),
    bucketRateLimiter({ qps: 10, burst: 100, clock }),
  );
}

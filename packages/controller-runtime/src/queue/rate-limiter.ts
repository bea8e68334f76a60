import type { Clock } from '../time/clock.ts';
import { tokenBucket, type TokenBucketOptions } from '../time/token-bucket.ts';

/** Decides how long a key waits before it is retried. */
export interface RateLimiter {
  /** Counts one more failure of the key. Returns how long to wait, in milliseconds. */
  when(key: string): number;
  /** Forgets the failures of the key, because it succeeded or was given up. */
  forget(key: string): void;
  /** Returns the number of failures since the last `forget`. */
  failures(key: string): number;
}

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /** Delay after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** Maximum delay, in milliseconds. */
  readonly maxMs: number;
}

/** Creates a rate limiter that waits `baseMs`, then twice as long after each failure of the same key, up to `maxMs`. */
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

/** Creates a rate limiter that limits all keys together with a token bucket. It does not count failures. */
export function bucketRateLimiter(options: TokenBucketOptions): RateLimiter {
  const bucket = tokenBucket(options);
  return { when: () => bucket.reserve(), forget: () => undefined, failures: () => 0 };
}

/** Creates a rate limiter that waits as long as the strictest of `limiters` requires. */
export function maxOf(...limiters: readonly RateLimiter[]): RateLimiter {
  return {
    when: (key) => Math.max(...limiters.map((limiter) => limiter.when(key))),
    forget: (key) => limiters.forEach((limiter) => limiter.forget(key)),
    failures: (key) => Math.max(...limiters.map((limiter) => limiter.failures(key))),
  };
}

/**
 * Creates the default rate limiter of controllers (contract.md#work-queue): each key waits 5 ms, 10 ms, … 1000 s, and
 * all retries together are limited to 10 per second with a burst of 100.
 */
export function defaultControllerRateLimiter({ clock }: { readonly clock: Clock }): RateLimiter {
  return maxOf(
    exponentialBackoff({ baseMs: 5, maxMs: 1_000_000 }),
    bucketRateLimiter({ qps: 10, burst: 100, clock }),
  );
}

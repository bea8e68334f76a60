import type { Clock } from './clock.ts';

/** Options of {@link tokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens per second that come in. `Infinity` means no limit. */
  readonly qps: number;
  /** Tokens that the bucket holds, and starts with; at least 1. */
  readonly burst: number;
  readonly clock: Clock;
}

/** Lets `burst` through at once and `qps` per second after that. */
export interface TokenBucket {
  /** Takes a token if there is one now. */
  tryTake(): boolean;
  /** Takes the next token, which may be one of the future; returns how long to wait for it, in milliseconds. */
  reserve(): number;
  /** Takes the next token and waits for it. An abort gives it back, unless somebody queued behind. Rejects with the signal's reason. */
  wait(signal?: AbortSignal): Promise<void>;
}

/** A token bucket with the semantics of client-go: reservations make the level negative, so that waiters line up. */
export function tokenBucket({ qps, burst, clock }: TokenBucketOptions): TokenBucket {
  let tokens = burst;
  let filledAt = clock.monotonic();
  let reservations = 0;

  const fill = (): void => {
    const now = clock.monotonic();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * qps);
    filledAt = now;
  };
  const reserve = (): number => {
    if (qps === Infinity) return 0;
    fill();
    tokens -= 1;
    reservations += 1;
    return tokens >= 0 ? 0 : (-tokens / qps) * 1000;
  };

  return {
    reserve,
    tryTake: () => {
      if (qps === Infinity) return true;
      fill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    wait: async (signal) => {
      signal?.throwIfAborted();
      const waitMs = reserve();
      if (waitMs === 0) return;
      const mine = reservations;
      try {
        await clock.sleep(waitMs, signal === undefined ? {} : { signal });
      } catch (error) {
        // Who queued behind has its time already; a token given back now would let two through at that time.
        if (mine === reservations) tokens += 1;
        throw error;
      }
    },
  };
}

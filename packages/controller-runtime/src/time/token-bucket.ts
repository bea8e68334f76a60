import type { Clock } from './clock.ts';

/** Options of {@link tokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens added per second. `Infinity` means no limit. */
  readonly qps: number;
  /** Capacity of the bucket and its initial number of tokens; at least 1. */
  readonly burst: number;
  readonly clock: Clock;
}

/** Admits `burst` requests at once and `qps` per second after that. */
export interface TokenBucket {
  /** Takes a token if one is available. */
  tryTake(): boolean;
  /**
   * Takes the next token, which may become available in the future. Returns how long to wait for it, in milliseconds.
   */
  reserve(): number;
  /**
   * Takes the next token and waits for it. If the signal aborts, the token is returned, unless others wait behind it.
   * Rejects with the signal's reason.
   */
  wait(signal?: AbortSignal): Promise<void>;
}

/**
 * Creates a token bucket with the semantics of client-go: reservations make the level negative, so that callers wait in
 * order.
 */
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
        // Callers behind this one already have their times. Returning the token now would admit two of them at the same
        // time.
        if (mine === reservations) tokens += 1;
        throw error;
      }
    },
  };
}

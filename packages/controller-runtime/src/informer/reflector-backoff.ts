import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';

/** Options of {@link ReflectorBackoff}. */
export interface ReflectorBackoffOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** First delay, in milliseconds. Default: 800, as in client-go. */
  readonly baseMs?: number;
  /** Maximum delay, in milliseconds. Default: 30 s. */
  readonly maxMs?: number;
  /** Time without any delay after which the next delay is the first one again, in milliseconds. Default: 2 min. */
  readonly resetAfterMs?: number;
}

/**
 * Computes the delay before the next request to the API server. It doubles, and random jitter extends it by up to its
 * own length so that clients spread out.
 */
export class ReflectorBackoff {
  readonly #options: Required<ReflectorBackoffOptions>;
  #failures = 0;
  #lastAt: number | undefined;

  constructor(options: ReflectorBackoffOptions) {
    this.#options = { baseMs: 800, maxMs: 30_000, resetAfterMs: 120_000, ...options };
  }

  /** Returns the next delay, in milliseconds. */
  next(): number {
    const { clock, random, baseMs, maxMs, resetAfterMs } = this.#options;
    const now = clock.monotonic();
    if (this.#lastAt !== undefined && now - this.#lastAt > resetAfterMs) this.#failures = 0;
    this.#lastAt = now;
    // Half of the maximum, which leaves room for jitter: clients at the limit must spread out, too.
    const delayMs = Math.min(maxMs / 2, baseMs * 2 ** this.#failures);
    if (delayMs < maxMs / 2) this.#failures += 1;
    return delayMs * (1 + random.next());
  }

  /** Reports success: the next delay is the first one again. */
  reset(): void {
    this.#failures = 0;
  }
}

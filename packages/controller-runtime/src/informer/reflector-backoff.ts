import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';

/** Options of {@link ReflectorBackoff}. */
export interface ReflectorBackoffOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** First wait, in milliseconds. Default 800, as client-go. */
  readonly baseMs?: number;
  /** Longest wait, in milliseconds. Default 30 s. */
  readonly maxMs?: number;
  /** A time without any wait after which the next one is the first again, in milliseconds. Default 2 min. */
  readonly resetAfterMs?: number;
}

/** How long to wait before asking the API server again: doubling, up to twice as long by chance so that clients spread out. */
export class ReflectorBackoff {
  readonly #options: Required<ReflectorBackoffOptions>;
  #failures = 0;
  #lastAt: number | undefined;

  constructor(options: ReflectorBackoffOptions) {
    this.#options = { baseMs: 800, maxMs: 30_000, resetAfterMs: 120_000, ...options };
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const { clock, random, baseMs, maxMs, resetAfterMs } = this.#options;
    const now = clock.monotonic();
    if (this.#lastAt !== undefined && now - this.#lastAt > resetAfterMs) this.#failures = 0;
    this.#lastAt = now;
    // Half of the longest wait, so that there is room for chance above it: clients at the limit must spread out, too.
    const delayMs = Math.min(maxMs / 2, baseMs * 2 ** this.#failures);
    if (delayMs < maxMs / 2) this.#failures += 1;
    return delayMs * (1 + random.next());
  }

  /** Says that things work: the next wait is the first again. */
  reset(): void {
    this.#failures = 0;
  }
}

import type { Limits } from './limits.ts';
import { defaultLimits } from './limits.ts';

/** A token bucket. */
export class RateLimit {
  readonly #now: () => number;
  #limits: Limits = defaultLimits;
  #tokens = 0;
  #filledAt = 0;

  /** @param now returns epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The current limits. */
  get limits(): Limits {
    return this.#limits;
  }

  /** Replaces the limits and fills the bucket. */
  set limits(limits: Limits) {
    this.#limits = limits;
    this.#tokens = Math.max(1, limits.burst);
    this.#filledAt = this.#now();
  }

  /**
   * Takes one token. If there is none, returns the whole seconds to wait (at least 1); otherwise, returns `undefined`.
   */
  take(): number | undefined {
    const { callsPerSecond, burst } = this.#limits;
    if (callsPerSecond === 0) return undefined;
    const now = this.#now();
    const earned = ((now - this.#filledAt) / 1000) * callsPerSecond;
    this.#tokens = Math.min(Math.max(1, burst), this.#tokens + Math.max(0, earned));
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return undefined;
    }
    return Math.max(1, Math.ceil((1 - this.#tokens) / callsPerSecond));
  }
}

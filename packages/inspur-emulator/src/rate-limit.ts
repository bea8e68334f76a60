import { refuseControlInput } from './control-input-error.ts';
import { Fields } from './fields.ts';

/** How many calls the cloud takes: a token bucket over all services together; the token exchange is not part of it. */
export interface Limits {
  /** 0 means no limit. */
  readonly callsPerSecond: number;
  /** Calls that may come at once. Default: `callsPerSecond`, at least 1. */
  readonly burst: number;
}

/** No limit. */
export const unlimited: Limits = { callsPerSecond: 0, burst: 0 };

/** Reads limits of unknown origin. @throws ControlInputError */
export function readLimits(value: unknown): Limits {
  const fields = new Fields(value, '', refuseControlInput);
  fields.only(['callsPerSecond', 'burst']);
  const callsPerSecond = fields.number('callsPerSecond', 0, Infinity, 0);
  return {
    callsPerSecond,
    burst: fields.number('burst', 0, Infinity, Math.max(1, callsPerSecond)),
  };
}

/** A token bucket. */
export class RateLimit {
  readonly #now: () => number;
  #limits: Limits = unlimited;
  #tokens = 0;
  #filledAt = 0;

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The limits in force. */
  get limits(): Limits {
    return this.#limits;
  }

  /** Puts limits in force, with a full bucket. */
  set limits(limits: Limits) {
    this.#limits = limits;
    this.#tokens = Math.max(1, limits.burst);
    this.#filledAt = this.#now();
  }

  /** Takes one call; where none is left, the whole seconds after which to come again (at least 1), else undefined. */
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

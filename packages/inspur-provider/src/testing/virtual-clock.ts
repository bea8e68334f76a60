import type { Clock, Timer } from '@k8s-ccm/inspur-sdk';

/** How long a cloud on this clock must hold an answer back so that the caller's patience ends first, ms. */
export const heldMs = 3_600_000;

interface Deadline {
  readonly ms: number;
  readonly at: number;
  readonly callback: () => void;
}

/**
 * One clock for a caller and its emulated cloud, on which no wait takes time: sleeps and short
 * timers are over at once, and deadlines stand until the cloud holds an answer back for
 * {@link heldMs}. Then the attempt that waits for it runs into its deadline, however busy the machine is.
 */
export class VirtualClock implements Clock {
  readonly #attemptMs: number;
  readonly #deadlines = new Set<Deadline>();
  #time = 0;

  /** `attemptMs`: the deadline of one attempt. Longer timers never fire, shorter ones at once. */
  constructor(attemptMs: number) {
    this.#attemptMs = attemptMs;
  }

  now(): number {
    return 1_700_000_000_000 + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  sleep(ms: number, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason);
    this.#time += ms;
    return Promise.resolve();
  }

  timer(ms: number, callback: () => void): Timer {
    const at = this.#time + ms;
    if (ms === heldMs) {
      const immediate = setImmediate(() => this.#expireAttempts());
      return { cancel: () => clearImmediate(immediate) };
    }
    if (ms >= this.#attemptMs) {
      const deadline = { ms, at, callback };
      this.#deadlines.add(deadline);
      return { cancel: () => void this.#deadlines.delete(deadline) };
    }
    const immediate = setImmediate(() => {
      this.#time = Math.max(this.#time, at);
      callback();
    });
    return { cancel: () => clearImmediate(immediate) };
  }

  #expireAttempts(): void {
    for (const deadline of [...this.#deadlines].filter(({ ms }) => ms === this.#attemptMs)) {
      this.#deadlines.delete(deadline);
      this.#time = Math.max(this.#time, deadline.at);
      deadline.callback();
    }
  }
}

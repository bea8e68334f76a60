import type { Clock, Timer } from '@k8s-ccm/cloud-http';

/** Minimum duration of a deadline, in milliseconds. Timers longer than this never fire. */
const maxWaitMs = 5000;

/** A clock on which all waits end immediately and no deadline expires. */
export class InstantClock implements Clock {
  /** All waits so far, in milliseconds. */
  readonly waits: number[] = [];
  #time = 0;

  now(): number {
    return 1_700_000_000_000 + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  sleep(ms: number, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason);
    this.waits.push(ms);
    this.#time += ms;
    return Promise.resolve();
  }

  timer(ms: number, callback: () => void): Timer {
    if (ms > maxWaitMs) return { cancel: () => undefined };
    const immediate = setImmediate(() => {
      this.#time += ms;
      callback();
    });
    return { cancel: () => clearImmediate(immediate) };
  }
}

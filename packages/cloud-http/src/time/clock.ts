/** A timer that can be canceled. */
export interface Timer {
  /** Cancels the timer. Has no effect after it has fired. */
  cancel(): void;
}

/** Source of time, which tests can control. */
export interface Clock {
  /** Time of day in epoch milliseconds. Can jump. */
  now(): number;
  /** Milliseconds since an arbitrary moment. Never decreases. For durations. */
  monotonic(): number;
  /** Waits for `ms` milliseconds. Rejects with the signal's reason if it aborts. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Calls `callback` once after `ms` milliseconds. */
  timer(ms: number, callback: () => void): Timer;
}

/** Maximum delay of a Node.js timer. A longer delay fires immediately. */
const maxWaitMs = 2 ** 31 - 1;

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, options) => {
    const signal = options?.signal;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) {
      reject(signal.reason);
      return promise;
    }
    const abort = (): void => {
      clearTimeout(timeout);
      reject(signal?.reason);
    };
    const timeout = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      Math.min(ms, maxWaitMs),
    );
    signal?.addEventListener('abort', abort, { once: true });
    return promise;
  },
  timer: (ms, callback) => {
    const timeout = setTimeout(callback, Math.min(ms, maxWaitMs));
    return { cancel: () => clearTimeout(timeout) };
  },
};

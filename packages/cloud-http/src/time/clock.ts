/** A timer that can be called off. */
export interface Timer {
  /** Calls it off; after it has fired, does nothing. */
  cancel(): void;
}

/** Where time comes from, so that a test can let it pass at will. */
export interface Clock {
  /** The time of day in epoch milliseconds; may jump. */
  now(): number;
  /** Milliseconds since some moment; never goes back. For durations. */
  monotonic(): number;
  /** Waits for `ms` milliseconds; rejects with the signal's reason once it aborts. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Calls back once after `ms` milliseconds. */
  timer(ms: number, callback: () => void): Timer;
}

/** The longest wait that a timer of Node takes; a longer one would fire at once. */
const maxWaitMs = 2 ** 31 - 1;

/** The machine's clock. */
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

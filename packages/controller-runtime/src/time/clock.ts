/** A timer that can be canceled. */
export interface Timer {
  /** Cancels the timer. Does nothing after it has fired. */
  cancel(): void;
}

/** A source of time, which tests can replace. */
export interface Clock {
  /** Returns the time of day, in epoch milliseconds. May jump in both directions when the clock is set. */
  now(): number;
  /** Returns the milliseconds since some time in the past. Never decreases. Use it for durations. */
  monotonic(): number;
  /** Waits `ms` milliseconds. Rejects with the signal's reason as soon as it aborts. Keeps the process alive. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Calls back once after `ms` milliseconds, never before this method returns. Does not keep the process alive. */
  timer(ms: number, callback: () => void): Timer;
}

/** The longest delay of a Node timer, in milliseconds. A longer one would fire immediately. */
const longestWaitMs = 2 ** 31 - 1;

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, options) =>
    await sleepOn((wait, callback) => start(wait, callback, true), ms, options?.signal),
  timer: (ms, callback) => start(ms, callback, false),
};

/** Implements {@link Clock.sleep} on any kind of timer. */
export async function sleepOn(
  timer: Clock['timer'],
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const pending = timer(ms, resolve);
  const onAbort = (): void => {
    pending.cancel();
    reject(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await promise;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function start(ms: number, callback: () => void, keepsAlive: boolean): Timer {
  let timeout: NodeJS.Timeout;
  const arm = (restMs: number): void => {
    const waitMs = Math.min(restMs, longestWaitMs);
    timeout = setTimeout(() => (restMs > waitMs ? arm(restMs - waitMs) : callback()), waitMs);
    if (!keepsAlive) timeout.unref();
  };
  arm(Math.max(0, ms));
  return { cancel: () => clearTimeout(timeout) };
}

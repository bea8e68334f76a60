/** A timer that can be called off. */
export interface Timer {
  /** Calls it off; does nothing after it has fired. */
  cancel(): void;
}

/** Where time comes from, so that a test can let it pass at will. */
export interface Clock {
  /** Time of day, in epoch milliseconds. May jump either way when somebody sets the clock. */
  now(): number;
  /** Milliseconds since some moment of the past; never goes back. For durations. */
  monotonic(): number;
  /** Waits `ms` milliseconds. Rejects with the signal's reason as soon as it aborts. Keeps the process alive. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Calls back once after `ms` milliseconds, never before this returns. Does not keep the process alive. */
  timer(ms: number, callback: () => void): Timer;
}

/** The longest wait that a timer of Node takes, in milliseconds; a longer one would fire at once. */
const longestWaitMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, options) =>
    await sleepOn((wait, callback) => start(wait, callback, true), ms, options?.signal),
  timer: (ms, callback) => start(ms, callback, false),
};

/** The waiting of {@link Clock.sleep}, for any kind of timer. */
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

/** Source of time and timers. No other file of this package uses timers. */
export interface Clock {
  /** Current time in epoch milliseconds. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds, unless it is canceled. */
  timer(ms: number, callback: () => void): Timer;
}

/** A pending timer. */
export interface Timer {
  /** Cancels the timer. Has no effect after it has fired. */
  cancel(): void;
}

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (ms, callback) => {
    const handle = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(handle) };
  },
};

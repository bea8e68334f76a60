/** Tells the time and wakes a caller later; the only place of this package that touches timers. */
export interface Clock {
  /** Now, in milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds unless cancelled. */
  timer(ms: number, callback: () => void): Timer;
}

/** A pending wake-up. */
export interface Timer {
  /** Drops the wake-up; without effect once it has happened. */
  cancel(): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (ms, callback) => {
    const handle = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(handle) };
  },
};

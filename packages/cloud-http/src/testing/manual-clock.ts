import type { Clock, Timer } from '../time/clock.ts';

/** A clock that only tests advance. */
export class ManualClock implements Clock {
  readonly #epoch: number;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  #time = 0;

  /** @param epoch the initial time of day, in epoch milliseconds */
  constructor(epoch = 1_700_000_000_000) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#epoch + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  /** Number of pending timers and sleepers. */
  get pending(): number {
    return this.#timers.size;
  }

  sleep(ms: number, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) {
      reject(signal.reason);
      return promise;
    }
    const abort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = this.timer(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
    return promise;
  }

  timer(ms: number, callback: () => void): Timer {
    const entry = { at: this.#time + ms, callback };
    this.#timers.add(entry);
    return { cancel: () => this.#timers.delete(entry) };
  }

  /** Advances the time. Fires due timers in order, each at its own time, and runs what they started. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers]
        .filter((timer) => timer.at <= end)
        .toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#time = Math.max(this.#time, next.at);
      next.callback();
      await settle();
    }
    this.#time = end;
    await settle();
  }

  /** Advances the time until the promise settles. Gives up after `limitMs`. */
  async runUntil<T>(promise: Promise<T>, limitMs = 600_000): Promise<T> {
    const watch = new AbortController();
    const settled = watch.signal;
    const mark = (): void => watch.abort();
    promise.then(mark, mark);
    const end = this.#time + limitMs;
    await settle();
    while (!settled.aborted && this.#time < end) {
      const next = Math.min(...[...this.#timers].map((timer) => timer.at));
      await (Number.isFinite(next) ? this.advance(Math.max(0, next - this.#time)) : settle());
    }
    return await promise;
  }
}

/** Runs everything that is ready: several turns of the event loop, to include sockets and streams. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

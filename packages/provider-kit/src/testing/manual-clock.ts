import type { DirectoryClock } from '../instance-source.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements DirectoryClock {
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  #time = 0;

  now(): number {
    return 1_700_000_000_000 + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  timer(ms: number, callback: () => void): { cancel(): void } {
    const timer = { at: this.#time + ms, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time pass: fires what is due, in order, each at its own time, and lets what it started go on. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers]
        .filter(({ at }) => at <= end)
        .toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#time = next.at;
      next.callback();
      await settle();
    }
    this.#time = end;
  }
}

/** Lets all that is ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

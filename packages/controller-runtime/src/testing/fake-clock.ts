import { sleepOn, systemClock, type Clock, type Timer } from '../time/clock.ts';
import { eventLoopTurn } from '../time/event-loop-turn.ts';

/** Options of {@link FakeClock}. */
export interface FakeClockOptions {
  /** Initial time of day, in epoch milliseconds. Default: 2026-01-01T00:00:00Z. */
  readonly now?: number;
  /** Number of event-loop turns between two timers, in which promise chains continue. Default: 10. */
  readonly settleTurns?: number;
}

interface Pending {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** How long {@link FakeClock.waitForTimers} waits for code that does real I/O, in real milliseconds. */
const waitLimitMs = 5_000;

/**
 * A clock that advances only when a test says so, so that whole controllers run without waiting.
 *
 * @example
 * const clock = new FakeClock();
 * const done = controller.run(signal);    // sleeps on the clock
 * await clock.advance(60_000);            // fires every timer of the next minute, in order
 */
export class FakeClock implements Clock {
  readonly #pending = new Set<Pending>();
  readonly #settleTurns: number;
  #wallOffset: number;
  #monotonic = 0;

  constructor(options: FakeClockOptions = {}) {
    this.#wallOffset = options.now ?? Date.UTC(2026, 0, 1);
    this.#settleTurns = options.settleTurns ?? 10;
  }

  now(): number {
    return this.#wallOffset + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  async sleep(ms: number, options?: { readonly signal?: AbortSignal }): Promise<void> {
    await sleepOn((wait, callback) => this.timer(wait, callback), ms, options?.signal);
  }

  timer(ms: number, callback: () => void): Timer {
    const entry: Pending = { dueAt: this.#monotonic + Math.max(0, ms), callback };
    this.#pending.add(entry);
    return { cancel: () => this.#pending.delete(entry) };
  }

  /** Milliseconds until each pending timer fires, in ascending order. */
  get timers(): readonly number[] {
    return this.#inOrder().map(({ dueAt }) => dueAt - this.#monotonic);
  }

  /**
   * Advances the time by `ms` milliseconds. Timers fire in order, each at its own time. After each one, promise chains
   * continue (and may start timers that fire within the same call). `advance(0)` only lets them continue.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await this.settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#monotonic = Math.max(this.#monotonic, next.dueAt);
      this.#fire(next);
      await this.settle();
    }
    this.#monotonic = end;
  }

  /**
   * Advances from timer to timer until `condition` holds. Returns the milliseconds that passed.
   * @throws Error if the condition does not hold after `limitMs` (default: one hour), or if no timer is left
   */
  async advanceUntil(condition: () => boolean, limitMs = 3_600_000): Promise<number> {
    const start = this.#monotonic;
    await this.settle();
    while (!condition()) {
      const next = this.#next(start + limitMs);
      if (next === undefined)
        throw new Error(`condition not met within ${limitMs} ms. ${this.#describe()}`);
      await this.advance(Math.max(0, next.dueAt - this.#monotonic));
    }
    return this.#monotonic - start;
  }

  /**
   * Advances the time by `ms` milliseconds while the process is suspended (SIGSTOP, a stalled machine): timers that
   * became due fire afterward, all at the same late time, before any promise chain continues.
   */
  async stall(ms: number): Promise<void> {
    this.#monotonic += ms;
    for (const entry of this.#inOrder()) {
      if (entry.dueAt <= this.#monotonic && this.#pending.has(entry)) this.#fire(entry);
    }
    await this.settle();
  }

  /** Sets the time of day, in epoch milliseconds, as an operator or NTP does. Durations and timers do not change. */
  setWallClock(now: number): void {
    this.#wallOffset = now - this.#monotonic;
  }

  /** Lets promise chains continue without advancing the time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < this.#settleTurns; turn += 1) await eventLoopTurn();
  }

  /**
   * Waits until at least `count` timers are pending, for code that does real I/O before it starts them.
   * @throws Error if that takes more than five real seconds
   */
  async waitForTimers(count: number): Promise<void> {
    const giveUpAt = systemClock.monotonic() + waitLimitMs;
    while (this.#pending.size < count) {
      if (systemClock.monotonic() > giveUpAt)
        throw new Error(`waited for ${count} timers. ${this.#describe()}`);
      await eventLoopTurn();
    }
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const entry of this.#pending) {
      // Only "less": of timers that become due together, the one that started first fires first, as in Node.
      if (entry.dueAt <= end && (first === undefined || entry.dueAt < first.dueAt)) first = entry;
    }
    return first;
  }

  #inOrder(): readonly Pending[] {
    return [...this.#pending].toSorted((a, b) => a.dueAt - b.dueAt);
  }

  #fire(entry: Pending): void {
    this.#pending.delete(entry);
    entry.callback();
  }

  #describe(): string {
    return `Pending timers fire in: ${this.timers.join(', ') || 'none'} (ms)`;
  }
}

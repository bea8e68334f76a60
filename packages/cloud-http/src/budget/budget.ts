import type { Clock, Timer } from '../time/clock.ts';
import { systemClock } from '../time/clock.ts';
import type { Lane } from './lane.ts';
import { lanes } from './lane.ts';

/** How much one account may ask of the cloud at once. */
export interface BudgetLimits {
  /** Most calls in flight at once. Default 64. */
  readonly concurrency?: number;
  /** A fixed cap on calls per second. Default none: the rate is bounded only after the cloud answers 429. */
  readonly callsPerSecond?: number;
  /** Calls that may go out at once under `callsPerSecond`. Default one second's worth, at least 1. */
  readonly burst?: number;
}

/** What can be set about a budget. */
export interface BudgetOptions extends BudgetLimits {
  /** Milliseconds without a 429 after which the cap that 429s imposed is lifted. Default 60 000. */
  readonly calmMs?: number;
  readonly clock?: Clock;
}

/** The right to make one request. Give it back when the request is over. */
export interface BudgetPermit {
  /** Milliseconds that it took to get. */
  readonly waitedMs: number;
  /** Gives it back. `throttled` says that the cloud answered 429. Only the first call counts. */
  release(result?: { readonly throttled?: boolean }): void;
}

/** A waiting lane goes first once so many permits went past it, so that none starves. */
const patience = 8;
/** The part of the rate that the cap keeps on a 429. */
const decrease = 0.5;
/** The part of the last too high rate that the cap regains per calm second; at least one call per second. */
const increase = 0.05;
/** Calls per second below which a 429 says nothing about the right rate: the first cap is made of no less. */
const minProvenRate = 10;
/** How much of a second's worth of calls an adaptive cap lets out at once. */
const adaptiveBurstSeconds = 0.1;

interface Waiter {
  readonly grant: () => void;
}

interface LaneQueue {
  readonly waiters: Set<Waiter>;
  /** Permits that went to other lanes while somebody waited here. */
  passedOver: number;
}

/**
 * Bounds what one account asks of the cloud: calls in flight, and calls per second once the cloud has answered 429
 * (halved on a 429, regained bit by bit, lifted after a calm minute, never below one per second).
 * Share one among all clients of an account.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #calmMs: number;
  readonly #queues: ReadonlyMap<Lane, LaneQueue>;
  #concurrency = 0;
  #fixedRate = Infinity;
  #fixedBurst = Infinity;
  #inFlight = 0;
  #cap: { rate: number; readonly from: number; raisedAt: number } | undefined;
  #lastThrottledAt = -Infinity;
  #lastDecreaseAt = -Infinity;
  #tokens: number;
  #filledAt: number;
  #wake: Timer | undefined;
  #second = { start: -Infinity, grants: 0, previous: 0 };

  constructor(options: BudgetOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#calmMs = options.calmMs ?? 60_000;
    this.#queues = new Map(lanes.map((lane) => [lane, { waiters: new Set(), passedOver: 0 }]));
    this.#filledAt = this.#clock.monotonic();
    this.#tokens = Infinity;
    this.setLimits(options);
  }

  /** Puts other limits in force, for those who wait too; what is left out gets its default. */
  setLimits(limits: BudgetLimits): void {
    this.#fill();
    this.#concurrency = Math.max(1, limits.concurrency ?? 64);
    this.#fixedRate = limits.callsPerSecond ?? Infinity;
    this.#fixedBurst = Math.max(1, limits.burst ?? this.#fixedRate);
    this.#tokens = Math.min(this.#tokens, this.#fixedBurst);
    this.#wake?.cancel();
    this.#wake = undefined;
    this.#grantAll();
  }

  /** Calls in flight now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Calls that could go out now beside those in flight, as far as their number is concerned. */
  get available(): number {
    return Math.max(0, this.#concurrency - this.#inFlight);
  }

  /** Calls that wait now. */
  get waiting(): number {
    let count = 0;
    for (const { waiters } of this.#queues.values()) count += waiters.size;
    return count;
  }

  /** Calls per second that are allowed now; Infinity where nothing bounds them. */
  get callsPerSecond(): number {
    this.#adapt();
    return this.#rate();
  }

  /** Waits for the right to make one request; rejects with the signal's reason once it aborts. */
  async acquire(
    lane: Lane,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<BudgetPermit> {
    const { signal } = options;
    signal?.throwIfAborted();
    const queuedAt = this.#clock.monotonic();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { grant: resolve };
    const waiters = this.#queue(lane).waiters;
    const abort = (): void => {
      // Already granted: the permit is on its way and the caller gives it back.
      if (waiters.delete(waiter)) reject(signal?.reason);
    };
    waiters.add(waiter);
    signal?.addEventListener('abort', abort, { once: true });
    this.#grantAll();
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    return this.#permit(queuedAt);
  }

  #permit(queuedAt: number): BudgetPermit {
    const grantedAt = this.#clock.monotonic();
    let held = true;
    return {
      waitedMs: grantedAt - queuedAt,
      release: (result) => {
        if (!held) return;
        held = false;
        this.#inFlight -= 1;
        if (result?.throttled === true) this.#slowDown(grantedAt);
        this.#grantAll();
      },
    };
  }

  #grantAll(): void {
    this.#adapt();
    this.#fill();
    while (this.#inFlight < this.#concurrency) {
      const queue = this.#next();
      if (queue === undefined) return;
      if (this.#rate() !== Infinity && this.#tokens < 1) {
        this.#wakeWhenFilled();
        return;
      }
      const [waiter] = queue.waiters;
      if (waiter === undefined) return;
      queue.waiters.delete(waiter);
      queue.passedOver = 0;
      for (const other of this.#queues.values()) {
        if (other !== queue && other.waiters.size > 0) other.passedOver += 1;
      }
      this.#tokens -= 1;
      this.#inFlight += 1;
      this.#countGrant();
      waiter.grant();
    }
  }

  /** The lane to serve: the highest, unless one has been passed over too often. */
  #next(): LaneQueue | undefined {
    let first: LaneQueue | undefined;
    let overdue: LaneQueue | undefined;
    for (const queue of this.#queues.values()) {
      if (queue.waiters.size === 0) continue;
      first ??= queue;
      if (queue.passedOver >= Math.max(patience, (overdue?.passedOver ?? 0) + 1)) overdue = queue;
    }
    return overdue ?? first;
  }

  #queue(lane: Lane): LaneQueue {
    const queue = this.#queues.get(lane);
    if (queue === undefined) throw new RangeError(`no such lane: ${lane}`);
    return queue;
  }

  #rate(): number {
    return Math.min(this.#fixedRate, this.#cap?.rate ?? Infinity);
  }

  #burst(): number {
    const adaptive =
      this.#cap === undefined ? Infinity : Math.max(1, this.#cap.rate * adaptiveBurstSeconds);
    return Math.min(this.#fixedBurst, adaptive);
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const rate = this.#rate();
    const burst = this.#burst();
    const filled =
      rate === Infinity ? burst : this.#tokens + ((now - this.#filledAt) / 1000) * rate;
    this.#tokens = Math.min(burst, filled);
    this.#filledAt = now;
  }

  #wakeWhenFilled(): void {
    if (this.#wake !== undefined) return;
    const waitMs = Math.max(1, Math.ceil(((1 - this.#tokens) / this.#rate()) * 1000));
    this.#wake = this.#clock.timer(waitMs, () => {
      this.#wake = undefined;
      this.#grantAll();
    });
  }

  /** Raises the cap by what the calm seconds since the last time have earned, or lifts it. */
  #adapt(): void {
    const cap = this.#cap;
    if (cap === undefined) return;
    // Tokens of the time until now were earned at the old rate.
    this.#fill();
    const now = this.#clock.monotonic();
    if (now - this.#lastThrottledAt >= this.#calmMs) {
      this.#cap = undefined;
      return;
    }
    const calmSeconds = Math.floor((now - cap.raisedAt) / 1000);
    if (calmSeconds < 1) return;
    cap.rate += calmSeconds * Math.max(1, cap.from * increase);
    cap.raisedAt += calmSeconds * 1000;
  }

  /** Answers to requests that went out before the last decrease tell nothing new. */
  #slowDown(grantedAt: number): void {
    this.#adapt();
    const now = this.#clock.monotonic();
    this.#lastThrottledAt = now;
    if (grantedAt <= this.#lastDecreaseAt) return;
    this.#lastDecreaseAt = now;
    const from = Math.min(this.#rate(), this.#observedRate(now));
    const floor = Math.min(1, this.#fixedRate);
    this.#cap = { rate: Math.max(floor, from * decrease), from, raisedAt: now };
    this.#tokens = 0;
    this.#filledAt = now;
    this.#wake?.cancel();
    this.#wake = undefined;
  }

  #countGrant(): void {
    const now = this.#clock.monotonic();
    const age = now - this.#second.start;
    if (age >= 1000) {
      this.#second = { start: now, grants: 0, previous: age < 2000 ? this.#second.grants : 0 };
    }
    this.#second.grants += 1;
  }

  /** Calls granted per second lately; what a 429 proves to be too many. */
  #observedRate(now: number): number {
    const { start, grants, previous } = this.#second;
    return Math.max(minProvenRate, now - start >= 2000 ? 0 : Math.max(grants, previous));
  }
}

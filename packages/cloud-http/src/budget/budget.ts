import type { Clock, Timer } from '../time/clock.ts';
import { systemClock } from '../time/clock.ts';
import type { Lane } from './lane.ts';
import { lanes } from './lane.ts';

/** Limits on the calls of one account. */
export interface BudgetLimits {
  /** Maximum number of calls in flight. Default 64. */
  readonly concurrency?: number;
  /** Fixed limit on calls per second. Default: no limit until the cloud responds with 429. */
  readonly callsPerSecond?: number;
  /** Number of calls that `callsPerSecond` allows at once. Default: the calls of one second, at least 1. */
  readonly burst?: number;
}

/** Options of {@link Budget}. */
export interface BudgetOptions extends BudgetLimits {
  /** Milliseconds without a 429 after which the limit that 429s imposed is removed. Default 60 000. */
  readonly calmMs?: number;
  readonly clock?: Clock;
}

/** Permission to make one request. Release it when the request has finished. */
export interface BudgetPermit {
  /** Milliseconds spent waiting for the permit. */
  readonly waitedMs: number;
  /** Releases the permit. `throttled` reports that the cloud responded with 429. Only the first call has an effect. */
  release(result?: { readonly throttled?: boolean }): void;
}

/** Number of permits for other lanes after which a waiting lane is served next, so that no lane starves. */
const patience = 8;
/** Factor by which a 429 reduces the rate. */
const decrease = 0.5;
/** Fraction of the last excessive rate that is restored per second without a 429. At least one call per second. */
const increase = 0.05;
/**
 * Minimum rate, in calls per second, to which the first 429 sets the limit. Below it, a 429 says nothing about the
 * right rate.
 */
const minProvenRate = 10;
/** Burst of an adaptive limit, in seconds' worth of calls. */
const adaptiveBurstSeconds = 0.1;

interface Waiter {
  readonly grant: () => void;
}

interface LaneQueue {
  readonly waiters: Set<Waiter>;
  /** Permits that went to other lanes while a caller was waiting in this lane. */
  passedOver: number;
}

/**
 * Limits the calls of one account: the number of calls in flight and, after the cloud has responded with 429, the calls
 * per second. A 429 halves the rate; the rate then recovers gradually, is unlimited again after a minute without a 429,
 * and never falls below one call per second. Share one budget among all clients of an account.
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

  /** Replaces the limits, also for waiting callers. Omitted limits are reset to their defaults. */
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

  /** Number of calls in flight. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Number of further calls that the concurrency limit allows now. */
  get available(): number {
    return Math.max(0, this.#concurrency - this.#inFlight);
  }

  /** Number of waiting calls. */
  get waiting(): number {
    let count = 0;
    for (const { waiters } of this.#queues.values()) count += waiters.size;
    return count;
  }

  /** Current limit on calls per second; `Infinity` if there is none. */
  get callsPerSecond(): number {
    this.#adapt();
    return this.#rate();
  }

  /** Waits for permission to make one request. Rejects with the signal's reason if it aborts. */
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
      // If the permit was already granted, the caller receives and releases it.
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

  /**
   * Returns the lane to serve next: the one with the highest priority, unless another one has been passed over too
   * often.
   */
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
    if (queue === undefined) throw new RangeError(`unknown lane "${lane}"`);
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

  /** Raises the limit according to the seconds without a 429, or removes it. */
  #adapt(): void {
    const cap = this.#cap;
    if (cap === undefined) return;
    // Add the tokens that have accrued so far at the old rate.
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

  /** Ignores responses to requests sent before the last decrease: they provide no new information. */
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

  /** Returns the recent rate of granted calls per second, which a 429 proves to be too high. */
  #observedRate(now: number): number {
    const { start, grants, previous } = this.#second;
    return Math.max(minProvenRate, now - start >= 2000 ? 0 : Math.max(grants, previous));
  }
}

import { abortable } from '@k8s-ccm/foundation';
import type { Clock, Timer } from '../time/clock.ts';
import { eventLoopTurn } from '../time/event-loop-turn.ts';
import { Fifo } from './fifo.ts';
import type { MetricsRegistry } from '../metrics/metrics.ts';
import type { RateLimiter } from './rate-limiter.ts';
import {
  noWorkQueueMetrics,
  workQueueMetrics,
  type WorkQueueMetrics,
} from './work-queue-metrics.ts';

/** Options of {@link WorkQueue}. */
export interface WorkQueueOptions {
  /** Value of the label `name` of the metrics. */
  readonly name: string;
  /** Determines the delay of {@link WorkQueue.addRateLimited}. */
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly metrics?: MetricsRegistry | undefined;
}

interface Delayed {
  readonly readyAt: number;
  readonly timer: Timer;
}

/** How long workers may take keys in a row before timers and sockets get a turn, in milliseconds. */
const sliceMs = 10;

/**
 * A queue of keys that need work, each at most once, with the semantics of client-go (contract.md#work-queue). A key is
 * never handed out twice concurrently. A key that is added while it is being processed is handed out again afterward.
 * Of several delayed adds of a key, the earliest counts. A plain add takes effect immediately even then.
 */
export class WorkQueue<K extends string = string> {
  readonly #rateLimiter: RateLimiter;
  readonly #clock: Clock;
  readonly #metrics: WorkQueueMetrics;
  /** The keys of `#dirty` that are not in `#processing`, in order. */
  readonly #queue = new Fifo<K>();
  readonly #dirty = new Set<K>();
  readonly #processing = new Set<K>();
  readonly #delayed = new Map<K, Delayed>();
  readonly #getters = new Fifo<(key: K | undefined) => void>();
  #drained: PromiseWithResolvers<void> | undefined;
  #isShuttingDown = false;
  #sliceStartedAt: number;
  #turn: Promise<void> | undefined;

  constructor(options: WorkQueueOptions) {
    const { name, rateLimiter, clock, metrics } = options;
    this.#rateLimiter = rateLimiter;
    this.#clock = clock;
    this.#metrics =
      metrics === undefined ? noWorkQueueMetrics : workQueueMetrics(name, metrics, clock);
    this.#sliceStartedAt = clock.monotonic();
  }

  /** Number of keys that can be taken now. Excludes keys that are being processed or delayed. */
  get length(): number {
    return this.#queue.length;
  }

  /** True once the queue accepts no more keys. */
  get isShuttingDown(): boolean {
    return this.#isShuttingDown;
  }

  /** Adds the key. Does nothing if the key is already waiting, or after a shutdown. */
  add(key: K): void {
    if (this.#isShuttingDown || this.#dirty.has(key)) return;
    this.#metrics.added(key);
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#enqueue(key);
  }

  /**
   * Adds the key after `ms` milliseconds, immediately if `ms` is 0 or less. An earlier delayed add of the key takes
   * precedence.
   */
  addAfter(key: K, ms: number): void {
    if (this.#isShuttingDown) return;
    this.#metrics.retried();
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const readyAt = this.#clock.monotonic() + ms;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.readyAt <= readyAt) return;
    earlier?.timer.cancel();
    const timer = this.#clock.timer(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { readyAt, timer });
  }

  /** Adds the key after the delay that the rate limiter determines from its failures, and counts one more failure. */
  addRateLimited(key: K): void {
    this.addAfter(key, this.#rateLimiter.when(key));
  }

  /** Forgets the failures of the key. Does not cancel an add. */
  forget(key: K): void {
    this.#rateLimiter.forget(key);
  }

  /**
   * Adds every key that waits for a delayed add now, and forgets its failures and those of the keys that
   * are worked on. For when what made the keys fail may be over. Returns the keys that it added.
   */
  hasten(): ReadonlySet<K> {
    for (const key of this.#processing) this.#rateLimiter.forget(key);
    const waiting = [...this.#delayed];
    this.#delayed.clear();
    for (const [key, { timer }] of waiting) {
      timer.cancel();
      this.#rateLimiter.forget(key);
      this.add(key);
    }
    return new Set(waiting.map(([key]) => key));
  }

  /** Returns the number of failures of the key since it was last forgotten. */
  failures(key: K): number {
    return this.#rateLimiter.failures(key);
  }

  /**
   * Takes the next key, and waits for one if necessary. Returns `undefined` after a shutdown when no key is left. Every
   * key must be returned with {@link done}. Rejects with the signal's reason.
   */
  async get(signal?: AbortSignal): Promise<K | undefined> {
    if (this.#queue.length > 0) await this.#yieldNowAndThen();
    signal?.throwIfAborted();
    const key = this.#take();
    if (key !== undefined || this.#isShuttingDown) return key;
    const { promise, resolve } = Promise.withResolvers<K | undefined>();
    this.#getters.push(resolve);
    // Not `abortable`: a key that is handed over at the same moment must not be lost.
    const onAbort = (): void => {
      if (this.#getters.remove(resolve)) resolve(undefined);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const handed = await promise;
    signal?.removeEventListener('abort', onAbort);
    if (handed === undefined) signal?.throwIfAborted();
    return handed;
  }

  /** Reports that the work on a key from {@link get} has ended, successfully or not. */
  done(key: K): void {
    if (!this.#processing.delete(key)) return;
    this.#metrics.done(key);
    if (this.#dirty.has(key)) this.#enqueue(key);
    this.#checkDrained();
  }

  /** Accepts no more keys and drops the delayed ones. Waiting keys are still handed out; then {@link get} returns `undefined`. */
  shutDown(): void {
    this.#startShutDown();
    this.#drained?.resolve();
  }

  /**
   * Shuts down, and waits until no key is waiting or being processed. (client-go does not wait for waiting keys.) A
   * plain {@link shutDown} ends the wait. Rejects with the signal's reason.
   */
  async shutDownWithDrain(signal?: AbortSignal): Promise<void> {
    this.#startShutDown();
    this.#drained ??= Promise.withResolvers<void>();
    this.#checkDrained();
    await abortable(this.#drained.promise, signal);
  }

  #startShutDown(): void {
    this.#isShuttingDown = true;
    this.#metrics.close();
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    for (let getter = this.#getters.shift(); getter !== undefined; getter = this.#getters.shift())
      getter(undefined);
  }

  #checkDrained(): void {
    if (this.#queue.length === 0 && this.#processing.size === 0) this.#drained?.resolve();
  }

  #enqueue(key: K): void {
    this.#queue.push(key);
    this.#getters.shift()?.(this.#take());
  }

  #take(): K | undefined {
    const key = this.#queue.shift();
    if (key === undefined) return undefined;
    this.#metrics.taken(key);
    this.#dirty.delete(key);
    this.#processing.add(key);
    return key;
  }

  /** Without this, work that never waits would process the whole queue in one turn of the event loop. */
  async #yieldNowAndThen(): Promise<void> {
    if (this.#clock.monotonic() - this.#sliceStartedAt < sliceMs) return;
    // One turn for all workers: if each had its own, each would use its own slice before anything else ran.
    this.#turn ??= this.#takeTurn();
    await this.#turn;
  }

  async #takeTurn(): Promise<void> {
    await eventLoopTurn();
    this.#sliceStartedAt = this.#clock.monotonic();
    this.#turn = undefined;
  }
}

import type { Event, Logger } from '@k8s-ccm/cloud-provider';
import { abortable } from '@k8s-ccm/foundation';
import {
  asApiError,
  isAlreadyExists,
  isNamespaceTerminating,
  isNotFound,
  isServerError,
  isTooManyRequests,
  retryAfterMsOf,
} from '../api/errors/api-error-predicates.ts';
import type { Clock } from '../time/clock.ts';
import type { CorrelatedEvent } from './event-correlator.ts';
import type { Random } from '../time/random.ts';
import { exponentialBackoff } from '../queue/rate-limiter.ts';
import type { ResourceClient } from '../api/resource-client.ts';
import { runWorkers } from '../queue/run-workers.ts';
import { WorkQueue } from '../queue/work-queue.ts';

/** Options of {@link EventSender}. */
export interface EventSenderOptions {
  /** Should have a token bucket of its own, so that events take no tokens from the controllers. */
  readonly client: Pick<ResourceClient<Event>, 'create' | 'patch'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Maximum number of pending events; further events are dropped. Default: 1000. */
  readonly maxQueued?: number;
  /** Number of events written concurrently. Default: 2, because the controllers' own writes take precedence. */
  readonly concurrency?: number;
  /**
   * Delays events while it returns true, for example while a controller has keys to process; see `maxHoldMs`. Default:
   * never.
   */
  readonly holdWhile?: () => boolean;
  /**
   * Maximum time that `holdWhile` delays an event, in milliseconds. Default: 3 s. Events are not delayed once half of
   * the places are taken.
   */
  readonly maxHoldMs?: number;
}

interface Entry {
  event: Event;
  isUpdate: boolean;
  readonly since: number;
}

/** client-go's number. With the delays below, about six minutes: a longer restart of the API server loses no event. */
const maxTries = 12;
const holdPollMs = 25;

/**
 * Writes events in the background. Several pending states of one event become one write, and one event is never written
 * twice concurrently, so that its count cannot decrease.
 */
export class EventSender {
  readonly #options: Required<EventSenderOptions>;
  readonly #entries = new Map<string, Entry>();
  readonly #backoff = exponentialBackoff({ baseMs: 1_000, maxMs: 60_000 });
  readonly #queue: WorkQueue;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #whenEmpty = new Set<() => void>();
  #isClosing = false;
  #dropped = 0;

  constructor(options: EventSenderOptions) {
    this.#options = {
      maxQueued: 1000,
      concurrency: 2,
      holdWhile: () => false,
      maxHoldMs: 3_000,
      ...options,
    };
    const { clock, concurrency, log } = this.#options;
    this.#queue = new WorkQueue({
      name: 'events',
      clock,
      rateLimiter: this.#backoff,
    });
    this.#running = runWorkers({
      queue: this.#queue,
      concurrency,
      reconcile: async (key, signal) => await this.#send(key, signal),
      onError: (key, error) => this.#onError(key, error),
      signal: this.#stop.signal,
      log,
    });
  }

  /** True if one more event would be dropped. */
  get isFull(): boolean {
    return this.#isClosing || this.#entries.size >= this.#options.maxQueued;
  }

  /** Accepts an event for writing, or drops it if too many are pending. */
  send({ event, isUpdate }: CorrelatedEvent): void {
    const key = `${event.metadata.namespace}/${event.metadata.name}`;
    const waiting = this.#entries.get(key);
    if (waiting !== undefined) {
      // Not added to the queue again: the event is queued, waits after a failure, or returns when its write ends.
      waiting.event = event;
      return;
    }
    if (this.isFull) {
      this.drop(event);
      return;
    }
    this.#entries.set(key, { event, isUpdate, since: this.#options.clock.monotonic() });
    this.#queue.add(key);
  }

  /** Logs that an event is lost; if many are lost, every hundredth time. */
  drop({ reason, message, involvedObject }: Event): void {
    this.#dropped += 1;
    if (this.#dropped % 100 !== 1) return;
    this.#options.log.warn('event dropped', {
      reason,
      message,
      involvedObject,
      dropped: this.#dropped,
    });
  }

  /** Waits until no event is pending: each is written or dropped. Rejects with the signal's reason. */
  async flush(signal?: AbortSignal): Promise<void> {
    if (this.#entries.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenEmpty.add(resolve);
    try {
      await abortable(promise, signal);
    } finally {
      this.#whenEmpty.delete(resolve);
    }
  }

  /** Accepts no more events, writes pending ones for at most `limitMs` milliseconds, and drops the rest. */
  async close(limitMs: number): Promise<void> {
    this.#isClosing = true;
    const over = new AbortController();
    const { signal } = over;
    try {
      await Promise.race([this.flush(signal), this.#options.clock.sleep(limitMs, { signal })]);
    } finally {
      over.abort();
      this.#stop.abort();
    }
    await this.#running;
    if (this.#entries.size > 0)
      this.#options.log.warn('events dropped during shutdown', { events: this.#entries.size });
  }

  async #send(key: string, signal: AbortSignal): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    await this.#hold(entry, signal);
    const { event } = entry;
    if (entry.isUpdate) await this.#update(event, signal);
    else await this.#create(event, this.#queue.failures(key), signal);
    entry.isUpdate = true;
    if (entry.event === event) this.#forget(key);
    else this.#queue.add(key);
  }

  async #hold(entry: Entry, signal: AbortSignal): Promise<void> {
    const { clock, holdWhile, maxHoldMs, maxQueued } = this.#options;
    const isWorthIt = (): boolean =>
      !this.#isClosing &&
      this.#entries.size < maxQueued / 2 &&
      clock.monotonic() - entry.since < maxHoldMs;
    while (isWorthIt() && holdWhile()) await clock.sleep(holdPollMs, { signal });
  }

  async #update(event: Event, signal: AbortSignal): Promise<void> {
    try {
      await this.#patch(event, signal);
    } catch (error) {
      // The API server keeps events for only one hour.
      if (!isNotFound(error)) throw error;
      await this.#options.client.create(event, { signal });
    }
  }

  async #create(event: Event, failures: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.client.create(event, { signal });
    } catch (error) {
      if (failures === 0 || !isAlreadyExists(error)) throw error;
      // An earlier attempt succeeded after all, possibly with an older state.
      await this.#patch(event, signal);
    }
  }

  async #patch(
    { metadata, count, lastTimestamp, message }: Event,
    signal: AbortSignal,
  ): Promise<void> {
    const { name = '', namespace = '' } = metadata;
    await this.#options.client.patch(
      { name, namespace },
      { count, lastTimestamp, message },
      { type: 'strategic', signal },
    );
  }

  #onError(key: string, error: unknown): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const { log, random } = this.#options;
    const backoffMs = this.#backoff.when(key);
    const tries = this.#backoff.failures(key);
    const { reason, message, involvedObject } = entry.event;
    const fields = { reason, message, involvedObject, tries, error };
    if (!isRejection(error) && tries < maxTries) {
      log.debug('event not written, retrying', fields);
      this.#queue.addAfter(key, retryAfterMsOf(error) ?? backoffMs * (0.5 + random.next() / 2));
      return;
    }
    this.#queue.forget(key);
    this.#forget(key);
    if (isAlreadyExists(error) || isNamespaceTerminating(error)) log.debug('event refused', fields);
    else
      log.warn(
        isRejection(error) ? 'event refused' : 'event dropped after too many attempts',
        fields,
      );
  }

  #forget(key: string): void {
    this.#entries.delete(key);
    if (this.#entries.size > 0) return;
    for (const resolve of this.#whenEmpty) resolve();
  }
}

/** The server refused this event and would refuse it again. */
function isRejection(error: unknown): boolean {
  return asApiError(error) !== undefined && !isServerError(error) && !isTooManyRequests(error);
}

import type { Event } from '@k8s-ccm/cloud-provider';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../time/clock.ts';
import { eventName, eventTimestamp, type EventTime } from './new-event.ts';
import { tokenBucket, type TokenBucket } from '../time/token-bucket.ts';

/** Result of correlating an event. */
export interface CorrelatedEvent {
  /** The event with its count and the name of its first occurrence. */
  readonly event: Event;
  /** Whether an earlier occurrence has been recorded, so that its count, time and message must be updated. */
  readonly isUpdate: boolean;
}

/** Number of different messages from which on similar events are counted as one. */
const maxSimilar = 10;
const similarWithinMs = 600_000;
const spamBurst = 25;
const spamRefillPerSecond = 1 / 300;
const maxRemembered = 4096;

interface Similar {
  readonly messages: Set<string>;
  readonly lastAt: number;
}

interface Observed {
  readonly count: number;
  readonly firstTimestamp: string | undefined;
  readonly name: string | undefined;
}

/**
 * Keeps events from flooding the cluster, by client-go's rules (contract.md#event-recorder). Repeating an event
 * increases its count. From the tenth different message about one object and reason on, without a pause of more than
 * ten minutes, all messages become one event `(combined from similar events): …`. A source may send 25 events of one
 * type about an object at once, then one every five minutes.
 *
 * client-go also stores the event that the server returns. This class does not: nothing in that event is used, and a
 * late answer would decrease the count.
 */
export class EventCorrelator {
  readonly #clock: Clock;
  readonly #similar = new LRUCache<string, Similar>({ max: maxRemembered });
  readonly #observed = new LRUCache<string, Observed>({ max: maxRemembered });
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: maxRemembered });

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** Returns the event to write, or `undefined` if there are already too many events about this object. */
  correlate(event: Event, time: EventTime): CorrelatedEvent | undefined {
    const observed = this.#observe(...this.#aggregate(event, time));
    // After counting, as in client-go: an event that is dropped here still shows in the count of the next one.
    return this.#isSpam(event) ? undefined : observed;
  }

  /** Returns the event, or the one that stands for all similar events, and the key by which it is counted. */
  #aggregate(event: Event, time: EventTime): [Event, string] {
    const key = similarKey(event);
    const now = this.#clock.monotonic();
    const before = this.#similar.get(key);
    const messages =
      before === undefined || now - before.lastAt > similarWithinMs
        ? new Set<string>()
        : before.messages;
    messages.add(event.message ?? '');
    this.#similar.set(key, { messages, lastAt: now });
    if (messages.size < maxSimilar) return [event, identicalKey(event)];

    // Any message: only their number matters, and it must not grow.
    const [some] = messages;
    messages.delete(some ?? '');
    const { reportingComponent: _, reportingInstance: __, ...rest } = event;
    const timestamp = eventTimestamp(time.ms);
    const combined: Event = {
      ...rest,
      metadata: {
        name: eventName(event.involvedObject, time),
        namespace: event.metadata.namespace ?? 'default',
      },
      message: `(combined from similar events): ${event.message ?? ''}`,
      firstTimestamp: timestamp,
      lastTimestamp: timestamp,
      count: 1,
    };
    return [combined, key];
  }

  #observe(event: Event, key: string): CorrelatedEvent {
    const before = this.#observed.get(key);
    const count = (before?.count ?? 0) + 1;
    const name = before?.name ?? event.metadata.name;
    const firstTimestamp = before?.firstTimestamp ?? event.firstTimestamp;
    this.#observed.set(key, { count, name, firstTimestamp });
    if (before === undefined) return { event, isUpdate: false };
    return {
      event: {
        ...event,
        metadata: { ...event.metadata, ...(name === undefined ? {} : { name }) },
        ...(firstTimestamp === undefined ? {} : { firstTimestamp }),
        count,
      },
      isUpdate: true,
    };
  }

  #isSpam(event: Event): boolean {
    const key = spamKey(event);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = tokenBucket({ qps: spamRefillPerSecond, burst: spamBurst, clock: this.#clock });
      this.#buckets.set(key, bucket);
    }
    return !bucket.tryTake();
  }
}

function spamKey({ source, involvedObject, type }: Event): string {
  const { kind, namespace, name, uid, apiVersion } = involvedObject;
  return join(source?.component, source?.host, kind, namespace, name, uid, apiVersion, type);
}

function similarKey(event: Event): string {
  return join(spamKey(event), event.reason, event.reportingComponent, event.reportingInstance);
}

function identicalKey(event: Event): string {
  return join(spamKey(event), event.involvedObject.fieldPath, event.reason, event.message);
}

function join(...parts: readonly (string | undefined)[]): string {
  // client-go joins without a separator, so that ("ab", "c") equals ("a", "bc"). No name contains NUL.
  return parts.map((part) => part ?? '').join('\0');
}

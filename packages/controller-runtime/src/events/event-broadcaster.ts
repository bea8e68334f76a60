import type { KubernetesObject, Logger } from '@k8s-ccm/cloud-provider';
import { EventCorrelator } from './event-correlator.ts';
import type { EventRecorder } from './event-recorder.ts';
import { EventSender, type EventSenderOptions } from './event-sender.ts';
import { newEvent, type EventContent, type EventSource, type EventTime } from './new-event.ts';

/** Options of {@link EventBroadcaster}. */
export type EventBroadcasterOptions = EventSenderOptions;

/**
 * `LogVerbosity.Events` of cloud-provider, from which this package imports only types. Each event is a line, which is
 * too many to log by default.
 */
const eventVerbosity = 2;

/** Default for how long {@link EventBroadcaster.close} writes events, in milliseconds. */
const defaultCloseLimitMs = 5_000;

/**
 * Correlates the events of all recorders of one process and writes them in the background.
 *
 * @example
 * const broadcaster = new EventBroadcaster({ client: client.forUserAgent('events').events, clock, random, log });
 * const recorder = broadcaster.recorder('service-controller');
 * recorder.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
 * await broadcaster.close();
 */
export class EventBroadcaster implements AsyncDisposable {
  readonly #options: EventBroadcasterOptions;
  readonly #correlator: EventCorrelator;
  readonly #sender: EventSender;
  readonly #eventLog: Logger;
  #lastNanoseconds = 0n;
  #closed: Promise<void> | undefined;

  constructor(options: EventBroadcasterOptions) {
    this.#options = options;
    this.#correlator = new EventCorrelator(options);
    this.#sender = new EventSender(options);
    this.#eventLog = options.log.child({}, { verbosity: eventVerbosity });
  }

  /**
   * Returns a recorder whose events have the source `component`, for example `service-controller`, and `host` if given.
   */
  recorder(component: string, { host }: { readonly host?: string } = {}): EventRecorder {
    const source: EventSource = host === undefined ? { component } : { component, host };
    return {
      event: (object, type, reason, message) =>
        this.#record(object, { source, type, reason, message }),
    };
  }

  /** Waits until every event so far is written or dropped. Rejects with the signal's reason. */
  async flush(signal?: AbortSignal): Promise<void> {
    await this.#sender.flush(signal);
  }

  /**
   * Accepts no more events, and writes the pending ones for at most `limitMs` milliseconds (default: 5 s). May be
   * called again.
   */
  async close({
    limitMs = defaultCloseLimitMs,
  }: { readonly limitMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#sender.close(limitMs);
    await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #record(object: KubernetesObject, content: EventContent): void {
    const { log } = this.#options;
    const { type, reason, message } = content;
    const fields = {
      kind: object.kind,
      namespace: object.metadata?.namespace,
      name: object.metadata?.name,
      type,
      reason,
      // Not `message`, which is the message of the log line.
      note: message,
    };
    try {
      const time = this.#now();
      const event = newEvent(object, content, time);
      if (event === undefined) {
        log.error('event about an object without kind or name', fields);
        return;
      }
      this.#eventLog.debug('event', fields);
      // Before correlation, as in client-go: events that nobody will see must not be counted.
      if (this.#sender.isFull) {
        this.#sender.drop(event);
        return;
      }
      const correlated = this.#correlator.correlate(event, time);
      if (correlated !== undefined) this.#sender.send(correlated);
    } catch (error) {
      log.error('event not recorded', { ...fields, error });
    }
  }

  /**
   * Two events of the same millisecond must not have the same name: the API server would refuse the second one because
   * it already exists.
   */
  #now(): EventTime {
    const ms = this.#options.clock.now();
    const nanoseconds = BigInt(Math.trunc(ms)) * 1_000_000n;
    this.#lastNanoseconds =
      nanoseconds > this.#lastNanoseconds ? nanoseconds : this.#lastNanoseconds + 1n;
    return { ms, nanoseconds: this.#lastNanoseconds };
  }
}

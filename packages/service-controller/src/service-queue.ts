import type { Logger, Service } from '@k8s-ccm/cloud-provider';
import { WorkQueue, exponentialBackoff, objectKey } from '@k8s-ccm/controller-runtime';
import type { Clock, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { DirtyServices } from './dirty-services.ts';
import type { DirtyReason } from './dirty-services.ts';
import { RestoreBackoff } from './restore-backoff.ts';

/** Backoff of a failing Service: 5 s, 10 s, 20 s … 300 s (contract.md#service-triggers). */
const retryBackoff = { baseMs: 5_000, maxMs: 300_000 };

/** What {@link ServiceQueue} works with. */
export interface ServiceQueueOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry | undefined;
}

/** The Services that wait to be worked on, each with the reasons why. */
export class ServiceQueue {
  /** The keys of the Services, for the workers. */
  readonly keys: WorkQueue;
  readonly #dirty = new DirtyServices();
  readonly #restores: RestoreBackoff;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor({ clock, log, metrics }: ServiceQueueOptions) {
    this.keys = new WorkQueue({
      name: 'service',
      clock,
      rateLimiter: exponentialBackoff(retryBackoff),
      metrics,
    });
    this.#restores = new RestoreBackoff({ ...retryBackoff, clock });
    this.#clock = clock;
    this.#log = log;
  }

  /** Adds a Service at once; for the reason `status`, with the backoff of its restores. */
  add(service: Service, reason: DirtyReason | undefined): void {
    if (reason === undefined) return;
    const key = objectKey(service);
    const isNews = this.#dirty.mark(key, reason);
    if (reason !== 'status') {
      this.keys.add(key);
      return;
    }
    if (!isNews) return;
    const delayMs = this.#restores.next(key);
    this.#log.info(
      'another client changed the status or the finalizer of a Service, restoring it',
      { service: key, delayMs },
    );
    this.keys.addAfter(key, delayMs);
  }

  /** Adds a Service for a sync after `ms` milliseconds. Until then, other reasons do not start one before its time. */
  addAfter(service: Service, ms: number): void {
    const key = objectKey(service);
    this.#dirty.markFrom(key, this.#clock.monotonic() + ms);
    this.keys.addAfter(key, ms);
  }

  /** Adds a key again whose sync failed: after `ms` milliseconds, or with backoff. */
  retry(key: string, ms: number | undefined): void {
    this.#dirty.mark(key, 'service');
    if (ms === undefined) this.keys.addRateLimited(key);
    else this.keys.addAfter(key, ms);
  }

  /** Adds what waits for its time now, and all these Services. For when they may succeed or must change. */
  hasten(services: Iterable<Service> = []): void {
    const hastened = this.keys.hasten();
    for (const key of hastened) this.#dirty.hasten(key);
    for (const service of services) {
      // A worker may have taken a hastened key already: a second add would be a second sync.
      if (hastened.has(objectKey(service))) this.#dirty.mark(objectKey(service), 'service');
      else this.add(service, 'service');
    }
  }

  /** Takes the reasons for a key. None are left if another turn has done the work. */
  take(key: string): ReadonlySet<DirtyReason> {
    return this.#dirty.take(key, this.#clock.monotonic());
  }

  /** Gives the reasons for a key back, without adding it. */
  giveBack(key: string, reasons: Iterable<DirtyReason>): void {
    for (const reason of reasons) this.#dirty.mark(key, reason);
  }

  /** The Service is gone. */
  forget(service: Service): void {
    this.#restores.forget(objectKey(service));
  }
}

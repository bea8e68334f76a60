import type { Lease, Logger } from '@k8s-ccm/cloud-provider';
import { abortable } from '@k8s-ccm/foundation';
import { isNotFound } from '../api/errors/api-error-predicates.ts';
import { ApiTimeoutError } from '../api/errors/api-timeout-error.ts';
import { startDeadline } from '../time/call-deadline.ts';
import type { Clock } from '../time/clock.ts';
import { microTime, recordOf, sameRecord, withRecord, type LeaseRecord } from './lease-record.ts';
import type { ResourceClient } from '../api/resource-client.ts';

/** The calls that a {@link LeaseLock} makes. */
export type LeaseClient = Pick<ResourceClient<Lease>, 'get' | 'create' | 'update'>;

/** Options of {@link LeaseLock}. */
export interface LeaseLockOptions {
  readonly client: LeaseClient;
  readonly name: string;
  readonly namespace: string;
  readonly identity: string;
  /** Stored in the lease, in whole seconds. */
  readonly durationSeconds: number;
  /** Timeout of one call, including its retries, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Result of an attempt to hold the lease. */
export type LeaseAttempt =
  /**
   * The lease is ours. `sentAt`: when the write was sent, by the monotonic clock; others wait at least until then plus
   * the duration.
   */
  | { readonly state: 'held'; readonly sentAt: number; readonly isSlowPath: boolean }
  /** Another process holds the lease, and it has not been seen to expire. */
  | { readonly state: 'taken'; readonly holder: string };

interface Observed {
  readonly record: LeaseRecord;
  /** When this record was first seen, by our own monotonic clock. */
  readonly at: number;
}

/** The Lease that decides which process leads. The rules are client-go's (contract.md#leader-election). */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  #lease: Lease;
  #observed: Observed | undefined;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
    const { name, namespace } = options;
    this.#lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace },
    };
  }

  /** The lease as last read, for events about it. */
  get lease(): Lease {
    return this.#lease;
  }

  /** Holder of the lease when it was last read. Empty if it had no holder or was never read. */
  get holder(): string {
    return this.#observed?.record.holder ?? '';
  }

  /** Acquires or renews the lease if the rules allow it. @throws the errors of the calls */
  async tryHold(signal: AbortSignal): Promise<LeaseAttempt> {
    if (this.#isOurs() && !this.#isExpired()) {
      const sentAt = await this.#renewUnseen(signal);
      if (sentAt !== undefined) return { state: 'held', sentAt, isSlowPath: false };
    }
    const found = await this.#get(signal);
    if (found === undefined) return await this.#create(signal);
    this.#see(found);
    const { holder, transitions, acquireTime } = recordOf(found);
    if (this.#isOurs()) {
      const sentAt = await this.#update(this.#ownRecord({ transitions, acquireTime }), signal);
      return { state: 'held', sentAt, isSlowPath: true };
    }
    if (holder !== '' && !this.#isExpired()) return { state: 'taken', holder };
    const sentAt = await this.#update(this.#ownRecord({ transitions: transitions + 1 }), signal);
    return { state: 'held', sentAt, isSlowPath: false };
  }

  /** Releases the lease, so that the next holder does not have to wait. Does nothing if the lease is not ours. @throws the errors of the calls */
  async release(signal: AbortSignal): Promise<void> {
    const found = await this.#get(signal);
    if (found === undefined) return;
    this.#see(found);
    if (!this.#isOurs()) return;
    // As in client-go: one second, so that even a candidate that ignores the holder does not wait long.
    await this.#update(
      { ...this.#ownRecord(recordOf(found)), holder: '', durationSeconds: 1 },
      signal,
    );
  }

  /**
   * Renews the lease on the last version seen, without reading it first. Returns `undefined` if that fails for any
   * reason; a read then finds out why.
   */
  async #renewUnseen(signal: AbortSignal): Promise<number | undefined> {
    try {
      return await this.#update(this.#ownRecord(recordOf(this.#lease)), signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#options.log.debug('the lease could not be renewed without reading it, reading it', {
        error,
      });
      return undefined;
    }
  }

  #ownRecord(more: { readonly transitions: number; readonly acquireTime?: string }): LeaseRecord {
    const { identity, durationSeconds, clock } = this.#options;
    const now = microTime(clock.now());
    return {
      holder: identity,
      durationSeconds,
      acquireTime: more.acquireTime ?? now,
      renewTime: now,
      transitions: more.transitions,
    };
  }

  #isOurs(): boolean {
    return this.holder === this.#options.identity;
  }

  /** By our own observation and clock: the times in the record are those of another machine. */
  #isExpired(): boolean {
    if (this.#observed === undefined) return false;
    const { record, at } = this.#observed;
    return this.#options.clock.monotonic() >= at + record.durationSeconds * 1000;
  }

  #see(lease: Lease): void {
    this.#lease = lease;
    const record = recordOf(lease);
    if (this.#observed !== undefined && sameRecord(this.#observed.record, record)) return;
    this.#observed = { record, at: this.#options.clock.monotonic() };
  }

  async #get(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, name, namespace } = this.#options;
    try {
      return await this.#call(
        'GET',
        signal,
        async (within) => await client.get({ name, namespace }, { signal: within }),
      );
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #create(signal: AbortSignal): Promise<LeaseAttempt> {
    const { client, clock, name, namespace } = this.#options;
    const sentAt = clock.monotonic();
    const fresh: Lease = { ...this.#lease, metadata: { name, namespace } };
    const lease = withRecord(fresh, this.#ownRecord({ transitions: 0 }));
    this.#see(
      await this.#call(
        'POST',
        signal,
        async (within) => await client.create(lease, { signal: within }),
      ),
    );
    return { state: 'held', sentAt, isSlowPath: false };
  }

  async #update(record: LeaseRecord, signal: AbortSignal): Promise<number> {
    const { client, clock } = this.#options;
    const sentAt = clock.monotonic();
    const lease = withRecord(this.#lease, record);
    this.#see(
      await this.#call(
        'PUT',
        signal,
        async (within) => await client.update(lease, { signal: within }),
      ),
    );
    return sentAt;
  }

  async #call<T>(
    method: string,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { timeoutMs, clock, namespace, name } = this.#options;
    const path = `leases/${namespace}/${name}`;
    const deadline = startDeadline(
      timeoutMs,
      () => new ApiTimeoutError({ method, path, timeoutMs }),
      { clock, signal },
    );
    try {
      deadline.signal.throwIfAborted();
      return await abortable(call(deadline.signal), deadline.signal);
    } finally {
      deadline.release();
    }
  }
}

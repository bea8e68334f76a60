import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Clock } from '../time/clock.ts';
import type { EventHandler } from './event-handler.ts';
import { eventLoopTurn } from '../time/event-loop-turn.ts';
import type { StoreChange } from './store.ts';

/** One call of a handler, or the mark after the initial list. */
export type Notification<T> =
  | { readonly type: 'changed'; readonly change: StoreChange<T>; readonly isInInitialList: boolean }
  | { readonly type: 'synced' };

/** Time after which a feed yields to others, in milliseconds. */
const sliceMs = 8;
/** The same limit as a number of calls: a fake clock does not advance while the feed works. */
const sliceLength = 256;

/**
 * Delivers notifications to one handler, in order. A single notification is delivered immediately. Many are delivered
 * in slices, one per turn of the event loop, so that an initial list of 5000 objects blocks nothing else.
 */
export class HandlerFeed<T> {
  readonly #handler: EventHandler<T>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #synced = Promise.withResolvers<void>();
  #waiting: Notification<T>[] = [];
  #isDraining = false;
  #isClosed = false;
  #hasSynced = false;

  constructor(
    handler: EventHandler<T>,
    { clock, log }: { readonly clock: Clock; readonly log: Logger },
  ) {
    this.#handler = handler;
    this.#clock = clock;
    this.#log = log;
  }

  /** True once the handler has received everything before the `synced` mark. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Resolves with {@link hasSynced}. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  push(notifications: readonly Notification<T>[]): void {
    if (this.#isClosed) return;
    const [only] = notifications;
    if (notifications.length === 1 && only !== undefined && !this.#isDraining) {
      this.#deliver(only);
      return;
    }
    // Not push(...): the number of arguments of a call is limited.
    for (const notification of notifications) this.#waiting.push(notification);
    if (!this.#isDraining) void this.#drain();
  }

  /** Drops pending notifications and delivers no more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      let sliceEnd = 0;
      let sliceStartedAt = 0;
      for (const [position, notification] of batch.entries()) {
        if (position === 0) {
          sliceStartedAt = this.#clock.monotonic();
          sliceEnd = sliceLength;
        } else if (position >= sliceEnd || this.#clock.monotonic() - sliceStartedAt > sliceMs) {
          await eventLoopTurn();
          sliceStartedAt = this.#clock.monotonic();
          sliceEnd = position + sliceLength;
        }
        if (this.#isClosed) return;
        this.#deliver(notification);
      }
    }
    this.#isDraining = false;
  }

  #deliver(notification: Notification<T>): void {
    if (notification.type === 'synced') {
      this.#hasSynced = true;
      this.#synced.resolve();
      return;
    }
    try {
      // A handler may be an async function in spite of its type. Its rejection must not end the process.
      const result: unknown = this.#call(notification.change, notification.isInInitialList);
      if (result instanceof Promise) result.catch((error: unknown) => this.#report(error));
    } catch (error) {
      this.#report(error);
    }
  }

  #call(change: StoreChange<T>, isInInitialList: boolean): unknown {
    const handler = this.#handler;
    if (change.type === 'added') return handler.onAdd?.(change.object, isInInitialList);
    if (change.type === 'updated') return handler.onUpdate?.(change.old, change.object);
    return handler.onDelete?.(change.object);
  }

  #report(error: unknown): void {
    this.#log.error('an event handler failed', { error });
  }
}

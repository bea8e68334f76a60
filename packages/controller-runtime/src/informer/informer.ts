import type { EventHandler, HandlerRegistration } from './event-handler.ts';
import type { Store } from './store.ts';

/** Options of {@link Informer.addHandler}. */
export interface HandlerOptions {
  /**
   * How often the handler is called again for all objects, in milliseconds; 0 means never. Default: the informer's
   * period.
   */
  readonly resyncPeriodMs?: number;
}

/** Caches the objects of one kind and reports their changes. The part of a `SharedInformer` that a controller needs. */
export interface Informer<T> {
  readonly store: Store<T>;
  /** True once the store is filled and every handler has received the initial list. */
  readonly hasSynced: boolean;
  /** The version up to which the store is current. Empty before the first list. */
  readonly lastVersion: string;
  /** Resolves when {@link hasSynced} becomes true. Rejects with the signal's reason. */
  waitForSync(signal: AbortSignal): Promise<void>;
  /** Adds a handler. If the informer is already running, the handler first receives all existing objects. */
  addHandler(handler: EventHandler<T>, options?: HandlerOptions): HandlerRegistration;
}

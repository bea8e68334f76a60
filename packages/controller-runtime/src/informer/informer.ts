import type { EventHandler, HandlerRegistration } from './event-handler.ts';
import type { Store } from './store.ts';

/** Options of {@link Informer.addHandler}. */
export interface HandlerOptions {
  /** How often the handler is called again for all objects, in milliseconds; 0 for never. Default: the informer's. */
  readonly resyncPeriodMs?: number;
}

/** The objects of one kind, and how to hear of their changes: what a controller needs of a `SharedInformer`. */
export interface Informer<T> {
  readonly store: Store<T>;
  /** True once the store is filled and every handler has seen the initial list. */
  readonly hasSynced: boolean;
  /** The version up to which the store is current; '' before the first list. */
  readonly lastVersion: string;
  /** Resolves with {@link hasSynced}. Rejects with the signal's reason. */
  waitForSync(signal: AbortSignal): Promise<void>;
  /** Adds a handler, also while the informer runs: then it first hears of all objects that are there. */
  addHandler(handler: EventHandler<T>, options?: HandlerOptions): HandlerRegistration;
}

/**
 * Called by an informer for each change. Calls of one handler come one after the other, in order.
 * They should be quick (put a key into a queue); a handler that throws is logged, and everything goes on.
 */
export interface EventHandler<T> {
  /** @param isInInitialList true for what existed when the informer, or this handler, began */
  onAdd?(object: T, isInInitialList: boolean): void;
  /** On a resync `old` and `object` are the same object. */
  onUpdate?(old: T, object: T): void;
  /** @param object the last state that is known; older than the deletion where the watch missed it */
  onDelete?(object: T): void;
}

/** What `addHandler` returns. */
export interface HandlerRegistration {
  /** True once the handler has seen the initial list. */
  readonly hasSynced: boolean;
  /** Ends the calls; those under way in this turn included. */
  remove(): void;
}

/**
 * Handles changes that an informer reports. The informer calls one handler sequentially, in the order of the changes.
 * Handlers should be fast (add a key to a queue). If a handler throws, the error is logged and the informer continues.
 */
export interface EventHandler<T> {
  /** @param isInInitialList true for objects that existed when the informer started or the handler was added */
  onAdd?(object: T, isInInitialList: boolean): void;
  /** On a resync, `old` and `object` are the same object. */
  onUpdate?(old: T, object: T): void;
  /** @param object the last known state, which is older than the deletion if the watch missed it */
  onDelete?(object: T): void;
}

/** Registration that `addHandler` returns. */
export interface HandlerRegistration {
  /** True once the handler has received the initial list. */
  readonly hasSynced: boolean;
  /** Stops the calls, including those that are pending in this turn of the event loop. */
  remove(): void;
}

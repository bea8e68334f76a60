/** One event of a watch. ERROR events are not included: they are thrown as `ApiError`. */
export type WatchEvent<T> =
  /** The object after the change. For DELETED, its last state. */
  { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T } | WatchBookmark;

/** Reports how far the watch has advanced, without an object. */
export interface WatchBookmark {
  readonly type: 'BOOKMARK';
  readonly resourceVersion: string;
  /** True for the bookmark that ends the initial events of a WatchList. */
  readonly initialEventsEnd: boolean;
}

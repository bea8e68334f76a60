/** One event of a watch. ERROR events do not appear here: they are thrown as `ApiError`. */
export type WatchEvent<T> =
  /** The object after the change; for DELETED its last state. */
  { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T } | WatchBookmark;

/** Says how far the watch has come, without an object. */
export interface WatchBookmark {
  readonly type: 'BOOKMARK';
  readonly resourceVersion: string;
  /** True on the mark that ends the initial events of a WatchList. */
  readonly initialEventsEnd: boolean;
}

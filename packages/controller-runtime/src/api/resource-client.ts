import type { ObjectRef } from './resource-definition.ts';
import type { WatchEvent } from './watch-event.ts';

/** Options that every call accepts. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Timeout of one attempt, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
}

/** Format of the body of a PATCH request. */
export type PatchType =
  /** JSON merge patch (RFC 7386): null removes a field, lists are replaced. */
  | 'merge'
  /** Strategic merge patch: lists are merged by key. Built-in kinds only. */
  | 'strategic'
  /** JSON patch (RFC 6902): a list of operations. */
  | 'json'
  /** Server-side apply. Requires a `fieldManager`. */
  | 'apply';

/** Selects the objects of a list or watch. */
export interface Selection {
  /** Default: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Options of {@link ResourceClient.get}. */
export interface GetOptions extends CallOptions {
  /** '0' allows an answer from the server's cache. Default: the most recent state. */
  readonly resourceVersion?: string;
}

/** Options of {@link ResourceClient.list}. */
export interface ListOptions extends CallOptions, Selection {
  /** Number of objects per page. Default: all objects in one response. */
  readonly limit?: number;
  /** Token from the previous page. */
  readonly continueToken?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

/** One page of a list. */
export interface ObjectList<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Absent on the last page. */
  readonly continueToken?: string;
}

/** Options of {@link ResourceClient.watch}. */
export interface WatchOptions extends Selection {
  readonly signal?: AbortSignal;
  /** Version at which the watch starts. Default: existing objects first, then changes. */
  readonly resourceVersion?: string;
  /** Requests a WatchList: all objects first, then a bookmark with `initialEventsEnd`. Default: false. */
  readonly sendInitialEvents?: boolean;
  /** Time after which the server ends the watch, in seconds. Default: the server decides. */
  readonly timeoutSeconds?: number;
  /**
   * Time without a byte after which the connection counts as dead, in milliseconds. Default: 90 s, because servers send
   * a bookmark every minute.
   */
  readonly idleTimeoutMs?: number;
}

/** Options of {@link ResourceClient.create}. */
export interface CreateOptions extends CallOptions {
  readonly fieldManager?: string;
}

/** Options of {@link ResourceClient.update}. */
export interface UpdateOptions extends CallOptions {
  readonly subresource?: 'status';
  readonly fieldManager?: string;
}

/** Options of {@link ResourceClient.patch}. */
export interface PatchOptions extends CallOptions {
  readonly type: PatchType;
  readonly subresource?: 'status';
  readonly fieldManager?: string;
  /** With `apply`: takes over fields that another manager owns. */
  readonly force?: boolean;
}

/** Options of {@link ResourceClient.delete}. */
export interface DeleteOptions extends CallOptions {
  /** Deletes the object only if it has this UID. A mismatch is a conflict. */
  readonly uid?: string;
  /** Deletes the object only if it has this version. A mismatch is a conflict. */
  readonly resourceVersion?: string;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
}

/**
 * Reads and writes objects of one kind.
 *
 * Every method throws `ApiError` if the server refuses the request, `ApiConnectionError` or `ApiTimeoutError` if no
 * answer arrives, and the signal's reason after an abort. `repeatDelayMs` defines which failures are retried.
 */
export interface ResourceClient<T> {
  get(ref: ObjectRef, options?: GetOptions): Promise<T>;
  /** Returns one page. Items carry `apiVersion` and `kind`, like the objects of a watch. */
  list(options?: ListOptions): Promise<ObjectList<T>>;
  create(object: T, options?: CreateOptions): Promise<T>;
  /**
   * Replaces the object. If the object has a `resourceVersion`, the server refuses the request when the object has
   * changed since.
   */
  update(object: T, options?: UpdateOptions): Promise<T>;
  patch(ref: ObjectRef, patch: object, options: PatchOptions): Promise<T>;
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  /**
   * Yields changes as they happen, until the server ends the watch. Throws as described above, and `ApiError` for ERROR
   * events.
   */
  watch(options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
}

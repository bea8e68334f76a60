import type { ObjectRef } from './resource-definition.ts';
import type { WatchEvent } from './watch-event.ts';

/** Options that every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Limit of one attempt, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number;
}

/** What a PATCH body is. */
export type PatchType =
  /** RFC 7386: null removes, lists are replaced. */
  | 'merge'
  /** Kubernetes' own: lists are merged by key. Built-in kinds only. */
  | 'strategic'
  /** RFC 6902: a list of operations. */
  | 'json'
  /** Server-side apply; needs a `fieldManager`. */
  | 'apply';

/** Which objects a list or watch is about. */
export interface Selection {
  /** All namespaces where absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Options of {@link ResourceClient.get}. */
export interface GetOptions extends CallOptions {
  /** '0' allows an answer from the server's cache; absent means the newest state. */
  readonly resourceVersion?: string;
}

/** Options of {@link ResourceClient.list}. */
export interface ListOptions extends CallOptions, Selection {
  /** Objects per page; all in one answer where absent. */
  readonly limit?: number;
  /** From the page before. */
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
  /** Where to start; absent means "send what exists, then changes". */
  readonly resourceVersion?: string;
  /** True asks for a WatchList: all objects first, then a bookmark with `initialEventsEnd`. Default false. */
  readonly sendInitialEvents?: boolean;
  /** After how long the server ends the watch, in seconds. Default: the server's choice. */
  readonly timeoutSeconds?: number;
  /** A connection without a byte for so long counts as dead, in milliseconds. Default 90 s: servers send a bookmark every minute. */
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
  /** With `apply`: take fields that another manager owns. */
  readonly force?: boolean;
}

/** Options of {@link ResourceClient.delete}. */
export interface DeleteOptions extends CallOptions {
  /** Delete only the object with this UID; a mismatch is a conflict. */
  readonly uid?: string;
  /** Delete only this version; a mismatch is a conflict. */
  readonly resourceVersion?: string;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
}

/**
 * Reads and writes objects of one kind.
 * Every method throws `ApiError` where the server refuses, `ApiConnectionError` or `ApiTimeoutError` where no
 * answer came, and the signal's reason after an abort. Which failures are repeated: see `repeatDelayMs`.
 */
export interface ResourceClient<T> {
  get(ref: ObjectRef, options?: GetOptions): Promise<T>;
  /** One page. Items carry `apiVersion` and `kind`, as those of a watch do. */
  list(options?: ListOptions): Promise<ObjectList<T>>;
  create(object: T, options?: CreateOptions): Promise<T>;
  /** Replaces the object; a `resourceVersion` in it makes the server refuse when somebody else was first. */
  update(object: T, options?: UpdateOptions): Promise<T>;
  patch(ref: ObjectRef, patch: object, options: PatchOptions): Promise<T>;
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  /** Changes as they happen, until the server ends the watch. Throws as above, ERROR events as `ApiError`. */
  watch(options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
}

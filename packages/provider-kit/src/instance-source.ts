/** How a call is made. */
export interface InstanceCallOptions {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Whether somebody waits for whom it is urgent. */
  readonly urgent: boolean;
}

/** What a cloud shows of its instances. */
export interface InstanceListing<Item> {
  readonly items: readonly Item[];
  /** Ids of instances that are shown but cannot be read; an empty one where not even the id can. Default none. */
  readonly unreadable?: readonly string[];
  /** False where something may be missing that is there. Default true. */
  readonly complete?: boolean;
  /** How many calls it took. Default 1. */
  readonly calls?: number;
}

/** A cloud's instances, as an `InstanceDirectory` reads them. */
export interface InstanceSource<Item> {
  idOf(item: Item): string;
  /** Those of these ids that the cloud shows; never more ids than the directory's `maxIds`. */
  listByIds(ids: readonly string[], options: InstanceCallOptions): Promise<InstanceListing<Item>>;
  /** All that the cloud shows. */
  listAll(options: InstanceCallOptions): Promise<InstanceListing<Item>>;
}

/** Where time comes from: the part of a clock that a directory needs. */
export interface DirectoryClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that never go back. */
  monotonic(): number;
  timer(ms: number, callback: () => void): { cancel(): void };
}

import type { InstanceListing } from './instance-source.ts';

/** All instances of one look, with lookups by whatever can be read off an instance. */
export class InstanceSnapshot<Item> {
  /** When the look began, in epoch milliseconds. */
  readonly startedAt: number;
  /** False where something may be missing that is there. */
  readonly complete: boolean;
  /** Ids of instances that are shown but cannot be read; an empty one where not even the id can. */
  readonly unreadable: ReadonlySet<string>;
  /** How many calls the look took. */
  readonly calls: number;
  readonly #byId: ReadonlyMap<string, Item>;
  readonly #indexes = new Map<(item: Item) => readonly string[], Map<string, Item[]>>();

  constructor(listing: InstanceListing<Item>, startedAt: number, idOf: (item: Item) => string) {
    this.startedAt = startedAt;
    this.complete = listing.complete ?? true;
    this.unreadable = new Set(listing.unreadable);
    this.calls = listing.calls ?? 1;
    this.#byId = new Map(listing.items.map((item) => [idOf(item), item]));
  }

  /** How many instances there are. */
  get size(): number {
    return this.#byId.size;
  }

  /** The instance of an id. */
  get(id: string): Item | undefined {
    return this.#byId.get(id);
  }

  /**
   * The instances that have `key` among their keys. `keysOf` is called once per instance and snapshot, so hand in the
   * same function each time.
   */
  find(keysOf: (item: Item) => readonly string[], key: string): readonly Item[] {
    return this.#index(keysOf).get(key) ?? [];
  }

  #index(keysOf: (item: Item) => readonly string[]): ReadonlyMap<string, readonly Item[]> {
    const known = this.#indexes.get(keysOf);
    if (known !== undefined) return known;
    const index = new Map<string, Item[]>();
    for (const item of this.#byId.values()) {
      for (const key of new Set(keysOf(item))) {
        const items = index.get(key);
        if (items === undefined) index.set(key, [item]);
        else items.push(item);
      }
    }
    this.#indexes.set(keysOf, index);
    return index;
  }
}

import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { objectKey } from './object-key.ts';

/** Returns the values under which an index contains the object. An empty list excludes the object from the index. */
export type Indexer<T> = (object: T) => readonly string[];

/** Objects of one kind as last seen. The key is `namespace/name`, or `name` for cluster-scoped kinds. */
export interface Store<T> {
  get(key: string): T | undefined;
  /** Returns all objects. The array stays the same until something changes. */
  list(): readonly T[];
  keys(): readonly string[];
  /** Returns the objects for which the indexer returned `value`. @throws RangeError if the index was not declared */
  byIndex(index: string, value: string): readonly T[];
  readonly size: number;
}

/** One difference between two states of a store. */
export type StoreChange<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'updated'; readonly old: T; readonly object: T }
  | { readonly type: 'deleted'; readonly object: T };

type Index = Map<string, Set<string>>;

/** A {@link Store} that can be written. Only the informer holds it; everyone else sees a `Store`. */
export class IndexedStore<T extends KubernetesObject> implements Store<T> {
  readonly #indexers: ReadonlyMap<string, Indexer<T>>;
  #objects = new Map<string, T>();
  #indexes: Map<string, Index>;
  #list: readonly T[] | undefined;

  constructor(indexers: Readonly<Record<string, Indexer<T>>> = {}) {
    this.#indexers = new Map(Object.entries(indexers));
    this.#indexes = this.#emptyIndexes();
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    this.#list ??= Object.freeze([...this.#objects.values()]);
    return this.#list;
  }

  keys(): readonly string[] {
    return [...this.#objects.keys()];
  }

  byIndex(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (found === undefined) throw new RangeError(`store has no index "${index}"`);
    const objects: T[] = [];
    for (const key of found.get(value) ?? []) {
      const object = this.#objects.get(key);
      if (object !== undefined) objects.push(object);
    }
    return objects;
  }

  /** Stores an object. Returns whether it is new. */
  set(object: T): StoreChange<T> {
    const key = objectKey(object);
    const old = this.#objects.get(key);
    if (old !== undefined) this.#unindex(key, old);
    this.#objects.set(key, object);
    this.#index(key, object);
    this.#list = undefined;
    return old === undefined ? { type: 'added', object } : { type: 'updated', old, object };
  }

  /** Removes an object. Returns `undefined` if it was not stored. The change contains the given last state. */
  delete(object: T): StoreChange<T> | undefined {
    const key = objectKey(object);
    const old = this.#objects.get(key);
    if (old === undefined) return undefined;
    this.#unindex(key, old);
    this.#objects.delete(key);
    this.#list = undefined;
    return { type: 'deleted', object };
  }

  /**
   * Replaces all objects at once, so that no reader sees a mixture. Returns the changes. An object with the same UID
   * and version has not changed; a removed object has its last known state.
   */
  replace(objects: Iterable<T>): StoreChange<T>[] {
    const before = this.#objects;
    this.#objects = new Map();
    this.#indexes = this.#emptyIndexes();
    const changes: StoreChange<T>[] = [];
    for (const object of objects) {
      const key = objectKey(object);
      const old = before.get(key);
      // An object with the same version keeps its identity, so that a comparison by reference sees no change.
      const kept = old !== undefined && isSameVersion(old, object) ? old : object;
      this.#objects.set(key, kept);
      this.#index(key, kept);
      if (old === undefined) changes.push({ type: 'added', object });
      else if (kept !== old) changes.push({ type: 'updated', old, object });
    }
    for (const [key, old] of before) {
      if (!this.#objects.has(key)) changes.push({ type: 'deleted', object: old });
    }
    this.#list = undefined;
    return changes;
  }

  #emptyIndexes(): Map<string, Index> {
    return new Map(
      [...this.#indexers.keys()].map((name) => [name, new Map<string, Set<string>>()]),
    );
  }

  #index(key: string, object: T): void {
    for (const [name, indexer] of this.#indexers) {
      const index = this.#indexes.get(name);
      for (const value of indexer(object)) {
        const keys = index?.get(value);
        if (keys === undefined) index?.set(value, new Set([key]));
        else keys.add(key);
      }
    }
  }

  #unindex(key: string, object: T): void {
    for (const [name, indexer] of this.#indexers) {
      const index = this.#indexes.get(name);
      for (const value of indexer(object)) {
        const keys = index?.get(value);
        keys?.delete(key);
        if (keys?.size === 0) index?.delete(value);
      }
    }
  }
}

function isSameVersion(a: KubernetesObject, b: KubernetesObject): boolean {
  const version = a.metadata?.resourceVersion;
  return (
    version !== undefined &&
    version === b.metadata?.resourceVersion &&
    a.metadata?.uid === b.metadata?.uid
  );
}

import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { findObject } from '../api/find-object.ts';
import type { Informer } from '../informer/informer.ts';
import { objectKey, splitKey } from '../informer/object-key.ts';
import type { CallOptions, ResourceClient } from '../api/resource-client.ts';
import { isNewerVersion } from '../informer/resource-version.ts';

/** Options of {@link OwnWrites}. */
export interface OwnWritesOptions<T> {
  /** The cache that the controller reads from. */
  readonly informer: Pick<Informer<T>, 'store' | 'lastVersion' | 'addHandler'>;
  /** Reads the current state of an object while the cache is behind. */
  readonly client: Pick<ResourceClient<T>, 'list'>;
}

interface OwnWrite {
  readonly uid: string;
  readonly version: string;
  /** The version up to which the cache was current at the time of the write. */
  readonly position: string;
}

/**
 * Remembers the writes of a controller that its informer does not show yet, so that the controller
 * does not act on a copy that is older than its own write. A write is forgotten as soon as the
 * informer shows it or a later state, when the object is gone, and when resource versions go back
 * (etcd was restored from a backup). A version that cannot be compared never blocks anything.
 */
export class OwnWrites<T extends KubernetesObject> {
  readonly #informer: OwnWritesOptions<T>['informer'];
  readonly #client: OwnWritesOptions<T>['client'];
  readonly #writes = new Map<string, OwnWrite>();
  readonly #listeners = new Set<(key: string) => void>();

  /** Registers with the informer at once. */
  constructor({ informer, client }: OwnWritesOptions<T>) {
    this.#informer = informer;
    this.#client = client;
    informer.addHandler({
      onAdd: (object) => this.#saw(object),
      onUpdate: (old, object) => {
        if (isNewerVersion(old.metadata?.resourceVersion, object.metadata?.resourceVersion))
          this.#forget(objectKey(object));
        else this.#saw(object);
      },
      onDelete: (object) => {
        const key = objectKey(object);
        if (this.#writes.get(key)?.uid === object.metadata?.uid) this.#forget(key);
      },
    });
  }

  /** Remembers an answer of the API server to a write. Answers may arrive in any order. */
  wrote(object: T): void {
    const { uid, resourceVersion: version } = object.metadata ?? {};
    if (uid === undefined || version === undefined) return;
    const key = objectKey(object);
    const known = this.#writes.get(key);
    if (known?.uid === uid && isNewerVersion(known.version, version)) return;
    const write = { uid, version, position: this.#informer.lastVersion };
    if (this.#isMissing(key, write)) this.#writes.set(key, write);
    else this.#writes.delete(key);
  }

  /** Reports whether the cached copy of an object is older than the last own write to it. */
  isAhead(key: string): boolean {
    const write = this.#writes.get(key);
    if (write === undefined) return false;
    if (this.#isMissing(key, write)) return true;
    this.#writes.delete(key);
    return false;
  }

  /**
   * Returns the current state of an object: the cached copy or, if that is older than the last own write, the state
   * that the API server returns. Returns `undefined` if the object does not exist.
   *
   * @throws the error of the request
   */
  async newest(key: string, options: CallOptions = {}): Promise<T | undefined> {
    if (!this.isAhead(key)) return this.#informer.store.get(key);
    const write = this.#writes.get(key);
    const live = await findObject(this.#client, splitKey(key), options);
    // The API server returned the current state: if it is older than the write, versions went back.
    const isLost =
      live === undefined || isNewerVersion(write?.version, live.metadata?.resourceVersion);
    if (isLost && this.#writes.get(key) === write) this.#forget(key);
    return live;
  }

  /** Calls back with the key of each object whose cached copy has caught up with the last own write. */
  onCaughtUp(listener: (key: string) => void): void {
    this.#listeners.add(listener);
  }

  #isMissing(key: string, { version, position }: OwnWrite): boolean {
    const { store, lastVersion } = this.#informer;
    const cached = store.get(key);
    const hasGoneBack = isNewerVersion(position, lastVersion);
    const isShown =
      cached !== undefined && !isNewerVersion(version, cached.metadata?.resourceVersion);
    return !hasGoneBack && !isShown && isNewerVersion(version, lastVersion);
  }

  #saw(object: T): void {
    const key = objectKey(object);
    if (this.#writes.has(key) && !this.isAhead(key)) this.#tell(key);
  }

  #forget(key: string): void {
    if (this.#writes.delete(key)) this.#tell(key);
  }

  #tell(key: string): void {
    for (const listener of this.#listeners) listener(key);
  }
}

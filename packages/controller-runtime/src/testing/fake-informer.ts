import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import type { EventHandler, HandlerRegistration } from '../informer/event-handler.ts';
import type { Informer } from '../informer/informer.ts';
import { IndexedStore, type Store, type StoreChange } from '../informer/store.ts';

/** An informer that reports changes when a test says so. It calls its handlers immediately. */
export class FakeInformer<T extends KubernetesObject> implements Informer<T> {
  readonly store: Store<T>;
  readonly hasSynced = true;
  readonly #store = new IndexedStore<T>();
  readonly #handlers = new Set<EventHandler<T>>();
  #lastVersion = '';

  constructor() {
    this.store = this.#store;
  }

  get lastVersion(): string {
    return this.#lastVersion;
  }

  async waitForSync(): Promise<void> {}

  addHandler(handler: EventHandler<T>): HandlerRegistration {
    this.#handlers.add(handler);
    for (const object of this.#store.list()) handler.onAdd?.(object, true);
    return { hasSynced: true, remove: () => void this.#handlers.delete(handler) };
  }

  /** Delivers a new or changed object, as a watch does. */
  show(object: T): void {
    this.#tell(this.#store.set(object));
    this.bookmark(object.metadata?.resourceVersion ?? this.#lastVersion);
  }

  /** Delivers the deletion of an object, as a watch does. */
  lose(object: T): void {
    const change = this.#store.delete(object);
    if (change !== undefined) this.#tell(change);
    this.bookmark(object.metadata?.resourceVersion ?? this.#lastVersion);
  }

  /** Advances only the version up to which the informer is current, as a bookmark does. */
  bookmark(version: string): void {
    this.#lastVersion = version;
  }

  /** Replaces the whole state, as a list does. */
  relist(objects: readonly T[], version: string): void {
    const changes = this.#store.replace(objects);
    this.#lastVersion = version;
    for (const change of changes) this.#tell(change);
  }

  /** Calls the handlers again for all objects, as a resync does. */
  resync(): void {
    for (const object of this.#store.list()) this.#tell({ type: 'updated', old: object, object });
  }

  #tell(change: StoreChange<T>): void {
    for (const handler of this.#handlers) {
      if (change.type === 'added') handler.onAdd?.(change.object, false);
      else if (change.type === 'updated') handler.onUpdate?.(change.old, change.object);
      else handler.onDelete?.(change.object);
    }
  }
}

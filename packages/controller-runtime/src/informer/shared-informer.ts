import type { KubernetesObject, Logger } from '@k8s-ccm/cloud-provider';
import { abortable } from '@k8s-ccm/foundation';
import type { Clock, Timer } from '../time/clock.ts';
import type { EventHandler, HandlerRegistration } from './event-handler.ts';
import { HandlerFeed, type Notification } from './handler-feed.ts';
import type { HandlerOptions, Informer } from './informer.ts';
import type { Random } from '../time/random.ts';
import { Reflector, type ReflectorOptions } from './reflector.ts';
import type { ResourceClient, Selection } from '../api/resource-client.ts';
import { IndexedStore, type Indexer, type Store, type StoreChange } from './store.ts';

/** Options of {@link SharedInformer}. */
export interface SharedInformerOptions<T> extends Pick<
  ReflectorOptions<T>,
  'pageSize' | 'initialEventsTimeoutMs'
> {
  /** Name in log lines, for example `services`. */
  readonly name: string;
  readonly client: ResourceClient<T>;
  /**
   * Drops fields that nobody reads when objects arrive, for example `trimNode`. Do not write a trimmed object back with
   * `update`.
   */
  readonly trim?: (object: T) => T;
  /** Named indexes of the store. */
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  /** Selects the objects. Default: all. */
  readonly selection?: Selection;
  /** Freezes each object deeply, so that a write to the cache throws. For tests and development. Default: false. */
  readonly freeze?: boolean;
  /**
   * How often a handler is called again for all objects, in milliseconds, unless the handler sets its own period.
   * Default: 0, never.
   */
  readonly resyncPeriodMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface Registered<T> {
  readonly feed: HandlerFeed<T>;
  readonly resyncPeriodMs: number;
  /** Resolves when the handler is removed: nothing must wait for it forever. */
  readonly removed: PromiseWithResolvers<void>;
  timer?: Timer | undefined;
}

/**
 * Caches the objects of one kind and reports their changes to any number of handlers, over one watch.
 *
 * @example
 * const services = new SharedInformer({ name: 'services', client: client.services, trim: trimService, clock, random, log });
 * services.addHandler({ onAdd: (service) => queue.add(objectKey(service)) });
 * void services.run(signal);
 * await services.waitForSync(signal);
 */
export class SharedInformer<T extends KubernetesObject> implements Informer<T> {
  readonly store: Store<T>;
  readonly #options: SharedInformerOptions<T>;
  readonly #log: Logger;
  readonly #store: IndexedStore<T>;
  readonly #handlers = new Set<Registered<T>>();
  readonly #loaded = Promise.withResolvers<void>();
  readonly #reflector: Reflector<T>;
  #hasLoaded = false;
  #state: 'new' | 'running' | 'ended' = 'new';

  constructor(options: SharedInformerOptions<T>) {
    this.#options = options;
    this.#log = options.log.child({ informer: options.name });
    this.#store = new IndexedStore<T>(options.indexers);
    this.store = this.#store;
    const { name, client, clock, random, log } = options;
    this.#reflector = new Reflector<T>({
      name,
      client,
      clock,
      random,
      log,
      ...(options.selection === undefined ? {} : { selection: options.selection }),
      ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
      ...(options.initialEventsTimeoutMs === undefined
        ? {}
        : { initialEventsTimeoutMs: options.initialEventsTimeoutMs }),
      prepare: (object) => this.#prepare(object),
      target: {
        replace: (objects) => this.#replace(objects),
        apply: ({ type, object }) => this.#apply(type, object),
      },
    });
  }

  /** True once the store is filled and every handler has received the initial list. */
  get hasSynced(): boolean {
    return this.#hasLoaded && [...this.#handlers].every(({ feed }) => feed.hasSynced);
  }

  /** The version up to which the store is current. Empty before the first list. */
  get lastVersion(): string {
    return this.#reflector.lastVersion;
  }

  /** Resolves when {@link hasSynced} becomes true. Rejects with the signal's reason. */
  async waitForSync(signal: AbortSignal): Promise<void> {
    await abortable(this.#loaded.promise, signal);
    await abortable(
      Promise.all(
        [...this.#handlers].map(async ({ feed, removed }) => {
          await Promise.race([feed.synced, removed.promise]);
        }),
      ),
      signal,
    );
  }

  /**
   * Adds a handler. If the informer is already running, the handler first receives all existing objects.
   *
   * @param options.resyncPeriodMs how often the handler is called again for all objects, in milliseconds; 0 means never
   */
  addHandler(handler: EventHandler<T>, options: HandlerOptions = {}): HandlerRegistration {
    const feed = new HandlerFeed(handler, { clock: this.#options.clock, log: this.#log });
    const registered: Registered<T> = {
      feed,
      resyncPeriodMs: options.resyncPeriodMs ?? this.#options.resyncPeriodMs ?? 0,
      removed: Promise.withResolvers(),
    };
    this.#handlers.add(registered);
    if (this.#hasLoaded) {
      feed.push([
        ...this.#store.list().map((object): Notification<T> => ({
          type: 'changed',
          change: { type: 'added', object },
          isInInitialList: true,
        })),
        { type: 'synced' },
      ]);
    }
    if (this.#state === 'running') this.#armResync(registered);
    return {
      get hasSynced() {
        return feed.hasSynced;
      },
      remove: () => this.#remove(registered),
    };
  }

  /** Runs until the signal aborts, then resolves. Handlers receive nothing after that. @throws Error if called a second time */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'new')
      throw new Error(`informer "${this.#options.name}" can run only once`);
    this.#state = 'running';
    for (const registered of this.#handlers) this.#armResync(registered);
    try {
      await this.#reflector.run(signal);
    } finally {
      this.#state = 'ended';
      for (const { feed, timer } of this.#handlers) {
        timer?.cancel();
        feed.close();
      }
    }
  }

  #prepare(object: T): T {
    const trimmed = this.#options.trim?.(object) ?? object;
    return this.#options.freeze === true ? deepFreeze(trimmed) : trimmed;
  }

  #replace(objects: Iterable<T>): void {
    const isInInitialList = !this.#hasLoaded;
    const notifications = this.#store
      .replace(objects)
      .map((change): Notification<T> => ({ type: 'changed', change, isInInitialList }));
    if (isInInitialList) notifications.push({ type: 'synced' });
    this.#hasLoaded = true;
    for (const { feed } of this.#handlers) feed.push(notifications);
    this.#loaded.resolve();
  }

  #apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void {
    const change: StoreChange<T> | undefined =
      type === 'DELETED' ? this.#store.delete(object) : this.#store.set(object);
    if (change === undefined) return;
    for (const { feed } of this.#handlers)
      feed.push([{ type: 'changed', change, isInInitialList: false }]);
  }

  #armResync(registered: Registered<T>): void {
    if (registered.resyncPeriodMs <= 0) return;
    registered.timer = this.#options.clock.timer(registered.resyncPeriodMs, () => {
      this.#armResync(registered);
      registered.feed.push(
        this.#store.list().map((object): Notification<T> => ({
          type: 'changed',
          change: { type: 'updated', old: object, object },
          isInInitialList: false,
        })),
      );
    });
  }

  #remove(registered: Registered<T>): void {
    registered.timer?.cancel();
    registered.feed.close();
    registered.removed.resolve();
    this.#handlers.delete(registered);
  }
}

/** Freezes a plain JSON value deeply and returns it, so that a write to a cached object fails where it happens. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}

import type { EventHandler, HandlerRegistration } from './event-handler.ts';
import type { HandlerOptions, Informer } from './informer.ts';
import type { Store } from './store.ts';

/**
 * An informer as one user sees it: all handlers that were added through it end together, when it is
 * disposed of. The informer itself, and everybody else's handlers, go on.
 *
 * @example
 * using services = new ScopedInformer(sharedServices);
 * services.addHandler({ onAdd: (service) => queue.add(objectKey(service)) });
 */
export class ScopedInformer<T> implements Informer<T>, Disposable {
  readonly #informer: Informer<T>;
  readonly #registrations = new Set<HandlerRegistration>();
  #isDisposed = false;

  constructor(informer: Informer<T>) {
    this.#informer = informer;
  }

  get store(): Store<T> {
    return this.#informer.store;
  }

  get hasSynced(): boolean {
    return this.#informer.hasSynced;
  }

  get lastVersion(): string {
    return this.#informer.lastVersion;
  }

  async waitForSync(signal: AbortSignal): Promise<void> {
    await this.#informer.waitForSync(signal);
  }

  /** @throws Error after disposal: nobody would remove the handler */
  addHandler(handler: EventHandler<T>, options?: HandlerOptions): HandlerRegistration {
    if (this.#isDisposed) throw new Error('a handler was added after its scope had ended');
    const registration = this.#informer.addHandler(handler, options);
    this.#registrations.add(registration);
    return {
      get hasSynced() {
        return registration.hasSynced;
      },
      remove: () => {
        registration.remove();
        this.#registrations.delete(registration);
      },
    };
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const registration of this.#registrations) registration.remove();
    this.#registrations.clear();
  }
}

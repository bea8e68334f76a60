import type { EventHandler, HandlerRegistration } from './event-handler.ts';
import type { HandlerOptions, Informer } from './informer.ts';

/**
 * Provides informers to one user, and removes all handlers that were added through them when it is disposed of. The
 * informers and the handlers of other users continue.
 *
 * @example
 * using scope = new HandlerScope();
 * scope.of(services).addHandler({ onAdd: (service) => queue.add(objectKey(service)) });
 */
export class HandlerScope implements Disposable {
  readonly #registrations = new Set<HandlerRegistration>();
  #isDisposed = false;

  /**
   * Returns the informer itself except for its handlers. Its `addHandler` throws after the end of the scope, because
   * nothing would remove the handler.
   */
  of<T>(informer: Informer<T>): Informer<T> {
    return {
      get store() {
        return informer.store;
      },
      get hasSynced() {
        return informer.hasSynced;
      },
      get lastVersion() {
        return informer.lastVersion;
      },
      waitForSync: (signal) => informer.waitForSync(signal),
      addHandler: (handler, options) => this.#add(informer, handler, options),
    };
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const registration of this.#registrations) registration.remove();
    this.#registrations.clear();
  }

  #add<T>(
    informer: Informer<T>,
    handler: EventHandler<T>,
    options: HandlerOptions | undefined,
  ): HandlerRegistration {
    if (this.#isDisposed) throw new Error('a handler was added after its scope ended');
    const registration = informer.addHandler(handler, options);
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
}

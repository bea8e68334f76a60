import type {
  CloudProvider,
  ProviderChange,
  ProviderConfiguration,
  ProviderContext,
  ProviderInformers,
} from '@k8s-ccm/cloud-provider';
import { LinkedAbort } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import { forwardInstances, forwardLoadBalancer, forwardRoutes } from './forward-parts.ts';
import type { PartInUse } from './forward-parts.ts';

/** A provider and the number of its calls in flight. */
interface Generation {
  readonly provider: CloudProvider;
  /** Ends its work in the background; absent before it is initialized. */
  background?: LinkedAbort;
  calls: number;
  retired: boolean;
}

/**
 * A provider that can be replaced while controllers use it. Calls go to the provider in use; calls in flight end
 * on the provider that they began with, which is closed after its last call. The parts and optional members are
 * those of the first provider, because controllers check them when they start.
 */
export class ReloadableProvider implements CloudProvider {
  readonly name: string;
  readonly loadBalancer?: NonNullable<CloudProvider['loadBalancer']>;
  readonly instances?: NonNullable<CloudProvider['instances']>;
  readonly routes?: NonNullable<CloudProvider['routes']>;
  readonly #log: Logger;
  readonly #generations = new Set<Generation>();
  readonly #listeners = new Set<(change: ProviderChange) => void>();
  #current: Generation;
  #context: ProviderContext | undefined;
  #informers: ProviderInformers | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(first: CloudProvider, { log }: { readonly log: Logger }) {
    this.name = first.name;
    this.#log = log;
    this.#current = generationOf(first);
    this.#generations.add(this.#current);
    const { loadBalancer, instances, routes } = first;
    if (loadBalancer !== undefined)
      this.loadBalancer = forwardLoadBalancer(
        loadBalancer,
        this.#part(({ loadBalancer: part }) => part ?? loadBalancer),
      );
    if (instances !== undefined)
      this.instances = forwardInstances(
        instances,
        this.#part(({ instances: part }) => part ?? instances),
      );
    if (routes !== undefined)
      this.routes = forwardRoutes(this.#part(({ routes: part }) => part ?? routes));
  }

  /** The provider in use. */
  get current(): CloudProvider {
    return this.#current.provider;
  }

  get configuration(): ProviderConfiguration {
    return this.current.configuration ?? { files: [], secretFiles: [], values: {}, identity: [] };
  }

  async initialize(context: ProviderContext): Promise<void> {
    await this.#inTurn(async () => {
      await this.#initialize(this.#current, context);
      this.#context = context;
    });
  }

  setInformers(informers: ProviderInformers): void {
    this.#informers = informers;
    this.current.setInformers?.(informers);
  }

  hasClusterId(): boolean {
    return this.current.hasClusterId?.() ?? true;
  }

  /**
   * Puts another provider in use, after initializing it if the current one was initialized. The background work of
   * the current provider ends before the other one gets its first call.
   * @param change the change that listeners are notified of
   * @throws the error of its `initialize`. The current provider then stays in use, and the caller must close the
   * other one.
   */
  async swap(next: CloudProvider, change: ProviderChange = 'configuration'): Promise<void> {
    await this.#inTurn(async () => {
      const generation = generationOf(next);
      if (this.#context !== undefined) await this.#initialize(generation, this.#context);
      if (this.#informers !== undefined) next.setInformers?.(this.#informers);
      const old = this.#current;
      old.background?.abort(new Error('another provider takes its place'));
      this.#generations.add(generation);
      this.#current = generation;
      old.retired = true;
      this.#closeIfDone(old);
    });
    this.#tellAll(change);
  }

  /** Notifies listeners that the provider in use has renewed credentials, which it rereads itself. */
  credentialsRenewed(): void {
    this.#tellAll('credentials');
  }

  /** Calls a listener after each replacement and each renewal of credentials, until disposed of. */
  onChange(listener: (change: ProviderChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /**
   * Closes the provider in use, and earlier ones with calls in flight.
   * @throws the error of a `close`, after all have been closed
   */
  async close(): Promise<void> {
    await using all = new AsyncDisposableStack();
    for (const { provider, background } of this.#generations) {
      if (background !== undefined) all.use(background);
      all.defer(() => provider.close?.());
    }
    this.#generations.clear();
  }

  async #initialize(generation: Generation, context: ProviderContext): Promise<void> {
    const background = new LinkedAbort(context.signal);
    try {
      await generation.provider.initialize?.({ ...context, signal: background.signal });
      generation.background = background;
    } catch (error) {
      background.abort(error);
      throw error;
    }
  }

  #part<P>(of: (provider: CloudProvider) => P): PartInUse<P> {
    return {
      now: () => of(this.current),
      call: async (work) => {
        const generation = this.#current;
        generation.calls += 1;
        try {
          return await work(of(generation.provider));
        } finally {
          generation.calls -= 1;
          this.#closeIfDone(generation);
        }
      },
    };
  }

  #closeIfDone(generation: Generation): void {
    if (!generation.retired || generation.calls > 0 || !this.#generations.delete(generation))
      return;
    void this.#closeUnused(generation.provider);
  }

  async #closeUnused(provider: CloudProvider): Promise<void> {
    try {
      await provider.close?.();
    } catch (error) {
      this.#log.warn('failed to close a provider that is no longer in use', { error });
    }
  }

  #tellAll(change: ProviderChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#log.error('a controller failed to handle a provider change', { error });
      }
    }
  }

  /** Serializes replacements with the initialization of the previous provider. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    await turn;
  }
}

function generationOf(provider: CloudProvider): Generation {
  return { provider, calls: 0, retired: false };
}

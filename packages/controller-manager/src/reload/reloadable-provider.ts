import type {
  CloudProvider,
  ProviderConfiguration,
  ProviderContext,
  ProviderInformers,
} from '@k8s-ccm/cloud-provider';
import type { Logger } from '@k8s-ccm/foundation';
import { forwardInstances, forwardLoadBalancer, forwardRoutes } from './forward-parts.ts';
import type { PartInUse } from './forward-parts.ts';

/** A provider, and the calls that it is answering. */
interface Generation {
  readonly provider: CloudProvider;
  calls: number;
  retired: boolean;
}

/**
 * A provider that another one can take the place of while the controllers work with it. Calls go to
 * the one in use; those under way end on the one they began with, which is closed after the last.
 * Its parts and their optional members are those of the first: controllers look at them at their start.
 */
export class ReloadableProvider implements CloudProvider {
  readonly name: string;
  readonly loadBalancer?: NonNullable<CloudProvider['loadBalancer']>;
  readonly instances?: NonNullable<CloudProvider['instances']>;
  readonly routes?: NonNullable<CloudProvider['routes']>;
  readonly #log: Logger;
  readonly #generations = new Set<Generation>();
  readonly #listeners = new Set<() => void>();
  #current: Generation;
  #context: ProviderContext | undefined;
  #informers: ProviderInformers | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(first: CloudProvider, { log }: { readonly log: Logger }) {
    this.name = first.name;
    this.#log = log;
    this.#current = this.#begin(first);
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
    return this.current.configuration ?? { files: [], values: {}, identity: [] };
  }

  async initialize(context: ProviderContext): Promise<void> {
    await this.#inTurn(async () => {
      await this.current.initialize?.(context);
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
   * Puts another provider in use, once it has been initialised where this one has been.
   *
   * @throws what its `initialize` throws: this one then stays in use, and the other is the caller's
   */
  async swap(next: CloudProvider): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#context !== undefined) await next.initialize?.(this.#context);
      if (this.#informers !== undefined) next.setInformers?.(this.#informers);
      const old = this.#current;
      this.#current = this.#begin(next);
      old.retired = true;
      this.#closeIfDone(old);
    });
    for (const listener of this.#listeners) this.#tell(listener);
  }

  /** Calls back after each swap, until it is disposed of. */
  onSwap(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Closes the provider in use, and those before it that still answer a call. @throws what a `close` throws, after all */
  async close(): Promise<void> {
    await using all = new AsyncDisposableStack();
    for (const { provider } of this.#generations) all.defer(() => provider.close?.());
    this.#generations.clear();
  }

  #begin(provider: CloudProvider): Generation {
    const generation = { provider, calls: 0, retired: false };
    this.#generations.add(generation);
    return generation;
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
      this.#log.warn('a provider that is no longer in use could not be closed', { error });
    }
  }

  #tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#log.error('a controller failed to hear of a changed provider', { error });
    }
  }

  /** So that a provider cannot come into use while the one before it is being initialised. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    await turn;
  }
}

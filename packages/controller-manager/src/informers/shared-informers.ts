import type { EndpointSlice, KubernetesObject, Node, Service } from '@k8s-ccm/cloud-provider';
import {
  SharedInformer,
  trimManagedFields,
  trimNode,
  trimService,
} from '@k8s-ccm/controller-runtime';
import type { Clock, Informer, KubeClient, Random } from '@k8s-ccm/controller-runtime';
import { untilAborted } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { HealthCheck } from '@k8s-ccm/secure-serving';
import { informerKey } from './informer-definition.ts';
import type { InformerDefinition } from './informer-definition.ts';

/**
 * One informer for each kind, shared by all controllers and created on first use. Informers start after all
 * controllers have been started; an informer that is created later starts immediately.
 */
export interface SharedInformers {
  readonly services: Informer<Service>;
  readonly nodes: Informer<Node>;
  readonly endpointSlices: Informer<EndpointSlice>;
  /** Returns an informer for any other kind, for example ConfigMaps or custom resources. */
  of<T extends KubernetesObject>(definition: InformerDefinition<T>): Informer<T>;
}

/** Options of {@link InformerSet}. */
export interface InformerOptions {
  readonly client: KubeClient;
  /** The resync period in milliseconds. Default: no resync. */
  readonly resyncPeriodMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const services: InformerDefinition<Service> = {
  group: '',
  version: 'v1',
  plural: 'services',
  namespaced: true,
  trim: trimService,
};

const nodes: InformerDefinition<Node> = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  namespaced: false,
  trim: trimNode,
};

const endpointSlices: InformerDefinition<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  namespaced: true,
};

const builtIn = new Set([informerKey(services), informerKey(nodes), informerKey(endpointSlices)]);

/** The shared informers of a manager. */
export class InformerSet implements SharedInformers {
  readonly #options: InformerOptions;
  readonly #informers = new Map<string, Informer<KubernetesObject>>();
  /** Informers that have not been started. */
  readonly #waiting: ((signal: AbortSignal) => Promise<void>)[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #failure = Promise.withResolvers<never>();
  #signal: AbortSignal | undefined;

  constructor(options: InformerOptions) {
    this.#options = options;
    // Prevents an unhandled rejection until `run` awaits it.
    this.#failure.promise.catch(() => undefined);
  }

  get services(): Informer<Service> {
    return this.of(services);
  }

  get nodes(): Informer<Node> {
    return this.of(nodes);
  }

  get endpointSlices(): Informer<EndpointSlice> {
    return this.of(endpointSlices);
  }

  of<T extends KubernetesObject>(definition: InformerDefinition<T>): Informer<T> {
    const key = informerKey(definition);
    return this.#find<T>(key) ?? this.#make(key, definition);
  }

  /**
   * Health checks of the caches: one check for the built-in kinds and one for all others, which shows if a
   * missing custom resource definition blocks a controller.
   */
  get checks(): readonly HealthCheck[] {
    return [
      { name: 'informers', isHealthy: () => this.#haveSynced((key) => builtIn.has(key)) },
      { name: 'custom-informers', isHealthy: () => this.#haveSynced((key) => !builtIn.has(key)) },
    ];
  }

  /** Runs all present and future informers until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    for (const start of this.#waiting.splice(0)) this.#start(start, signal);
    await untilAborted(signal, [this.#failure.promise]);
    await Promise.all(this.#running);
  }

  #haveSynced(isMeant: (key: string) => boolean): boolean {
    if (this.#signal === undefined) return false;
    return [...this.#informers].every(([key, { hasSynced }]) => hasSynced || !isMeant(key));
  }

  #make<T extends KubernetesObject>(
    key: string,
    { name, selection, trim = trimManagedFields, ...resource }: InformerDefinition<T>,
  ): Informer<T> {
    const { client, clock, random, log, resyncPeriodMs } = this.#options;
    const informer = new SharedInformer<T>({
      name: name ?? resource.plural,
      client: client.resource<T>(resource),
      trim,
      clock,
      random,
      log,
      ...(selection === undefined ? {} : { selection }),
      ...(resyncPeriodMs === undefined ? {} : { resyncPeriodMs }),
    });
    this.#informers.set(key, informer);
    const start = (signal: AbortSignal): Promise<void> => informer.run(signal);
    if (this.#signal === undefined) this.#waiting.push(start);
    else this.#start(start, this.#signal);
    return informer;
  }

  #start(start: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): void {
    this.#running.push(start(signal).catch(this.#failure.reject));
  }

  /** The caller asserts the type, as for a `ResourceClient`. */
  #find<T extends KubernetesObject>(key: string): Informer<T> | undefined;
  #find(key: string): Informer<KubernetesObject> | undefined {
    return this.#informers.get(key);
  }
}

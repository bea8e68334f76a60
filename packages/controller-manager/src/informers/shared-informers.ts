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
 * One informer per kind for all controllers; made when it is first asked for. Before all controllers
 * have been started none of them runs; one that is asked for later runs at once.
 */
export interface SharedInformers {
  readonly services: Informer<Service>;
  readonly nodes: Informer<Node>;
  readonly endpointSlices: Informer<EndpointSlice>;
  /** An informer for any other kind, for example ConfigMaps or objects of a CRD. */
  of<T extends KubernetesObject>(definition: InformerDefinition<T>): Informer<T>;
}

/** What the informers stand on. */
export interface InformerOptions {
  readonly client: KubeClient;
  /** How often the controllers are given every object again, in milliseconds. Default: never. */
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

/** The manager's side of the shared informers. */
export class InformerSet implements SharedInformers {
  readonly #options: InformerOptions;
  readonly #informers = new Map<string, Informer<KubernetesObject>>();
  /** Those that do not run yet. */
  readonly #waiting: ((signal: AbortSignal) => Promise<void>)[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #failure = Promise.withResolvers<never>();
  #signal: AbortSignal | undefined;

  constructor(options: InformerOptions) {
    this.#options = options;
    // `run` waits for it; until then it is not unhandled.
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
   * Whether the caches hold the cluster's state: one check for the kinds that every manager knows, one
   * for all others, so that it shows where a custom controller's CRD is what keeps it from working.
   */
  get checks(): readonly HealthCheck[] {
    return [
      { name: 'informers', isHealthy: () => this.#haveSynced((key) => builtIn.has(key)) },
      { name: 'custom-informers', isHealthy: () => this.#haveSynced((key) => !builtIn.has(key)) },
    ];
  }

  /** Runs those that were asked for and those that will be, also where there are none, until `signal` aborts. */
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

  /** The type is the asker's word for what the API server sends, as it is of a `ResourceClient`. */
  #find<T extends KubernetesObject>(key: string): Informer<T> | undefined;
  #find(key: string): Informer<KubernetesObject> | undefined {
    return this.#informers.get(key);
  }
}

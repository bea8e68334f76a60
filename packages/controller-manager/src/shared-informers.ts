import type {
  EndpointSlice,
  KubernetesObject,
  Logger,
  Node,
  Service,
} from '@k8s-ccm/cloud-provider';
import { SharedInformer, trimNode, trimService } from '@k8s-ccm/controller-runtime';
import type { Clock, KubeClient, Random, ResourceClient } from '@k8s-ccm/controller-runtime';
import { untilAborted } from './ends-within.ts';

/** One informer per kind for all controllers; made when it is first asked for. */
export interface SharedInformers {
  readonly services: SharedInformer<Service>;
  readonly nodes: SharedInformer<Node>;
  readonly endpointSlices: SharedInformer<EndpointSlice>;
}

/** What the informers stand on. */
export interface InformerOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** The manager's side of the shared informers. */
export class InformerSet implements SharedInformers {
  readonly #options: InformerOptions;
  readonly #made = new Map<string, Pick<SharedInformer<Node>, 'run' | 'hasSynced'>>();
  #services: SharedInformer<Service> | undefined;
  #nodes: SharedInformer<Node> | undefined;
  #endpointSlices: SharedInformer<EndpointSlice> | undefined;
  #state: 'new' | 'running' = 'new';

  constructor(options: InformerOptions) {
    this.#options = options;
  }

  get services(): SharedInformer<Service> {
    this.#services ??= this.#make('services', this.#options.client.services, trimService);
    return this.#services;
  }

  get nodes(): SharedInformer<Node> {
    this.#nodes ??= this.#make('nodes', this.#options.client.nodes, trimNode);
    return this.#nodes;
  }

  get endpointSlices(): SharedInformer<EndpointSlice> {
    this.#endpointSlices ??= this.#make('endpointslices', this.#options.client.endpointSlices);
    return this.#endpointSlices;
  }

  /** True once those that were asked for run and hold the cluster's state. */
  get hasSynced(): boolean {
    return (
      this.#state === 'running' && [...this.#made.values()].every(({ hasSynced }) => hasSynced)
    );
  }

  /** Runs those that were asked for, also where there are none, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    this.#state = 'running';
    const running = [...this.#made.values()].map((informer) => informer.run(signal));
    await Promise.all([untilAborted(signal), ...running]);
  }

  #make<T extends KubernetesObject>(
    name: string,
    client: ResourceClient<T>,
    trim?: (object: T) => T,
  ): SharedInformer<T> {
    if (this.#state === 'running')
      throw new Error(`the informers run already; ${name} comes too late`);
    const { clock, random, log } = this.#options;
    const informer = new SharedInformer<T>({
      name,
      client,
      clock,
      random,
      log,
      ...(trim === undefined ? {} : { trim }),
    });
    this.#made.set(name, informer);
    return informer;
  }
}

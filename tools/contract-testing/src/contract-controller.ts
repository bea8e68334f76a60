import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { KubernetesObject, Node } from '@k8s-ccm/cloud-provider';
import {
  EventBroadcaster,
  MetricsRegistry,
  SharedInformer,
  systemClock,
  systemRandom,
} from '@k8s-ccm/controller-runtime';
import type {
  KubeClient,
  ResourceClient,
  SharedInformerOptions,
} from '@k8s-ccm/controller-runtime';
import { until } from './until.ts';

/** How a cache is kept; by default whole, not frozen, and on the real clock. */
export type CacheTraits<T extends KubernetesObject> = Partial<
  Pick<SharedInformerOptions<T>, 'trim' | 'freeze' | 'clock'>
>;

/** A controller in this process, on a real API server, with the caches and events that it needs. */
export abstract class ContractController {
  readonly metrics = new MetricsRegistry();
  protected readonly client: KubeClient;
  /** The cache of Nodes, which every controller has. */
  protected readonly nodes: SharedInformer<Node>;
  /** Where the controller's recorder comes from. */
  protected readonly events: EventBroadcaster;
  /** The controller itself, made of the above. */
  protected abstract readonly controller: { run(signal: AbortSignal): Promise<void> };
  readonly #informers: Pick<SharedInformer<Node>, 'run' | 'waitForSync'>[] = [];
  readonly #stopping = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(client: KubeClient, nodes: CacheTraits<Node> = {}) {
    this.client = client;
    this.nodes = this.cacheOf('nodes', client.nodes, nodes);
    this.events = new EventBroadcaster({
      client: client.events,
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
    });
  }

  /** Runs all, and returns once the caches are filled. */
  async start(): Promise<void> {
    const { signal } = this.#stopping;
    this.#running = [...this.#informers, this.controller].map((each) => each.run(signal));
    await Promise.all(this.#informers.map((informer) => informer.waitForSync(signal)));
  }

  /** Returns once all has ended and its events are written or given up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
    await this.events.close();
  }

  /** Waits until the controller's cache holds this version of the Node, or a later one. */
  async sawNode(node: Node): Promise<void> {
    const { name = '', resourceVersion } = node.metadata ?? {};
    await until(`the node ${name} is seen`, () => {
      const seen = this.nodes.store.get(name)?.metadata?.resourceVersion;
      return seen !== undefined && Number(seen) >= Number(resourceVersion);
    });
  }

  /** Waits until the controller's cache has lost the Node. */
  async sawNodeGo(name: string): Promise<void> {
    await until(`the node ${name} is seen to be gone`, () => {
      return this.nodes.store.get(name) === undefined;
    });
  }

  /** A cache that starts and stops with the controller. */
  protected cacheOf<T extends KubernetesObject>(
    name: string,
    client: ResourceClient<T>,
    traits: CacheTraits<T> = {},
  ): SharedInformer<T> {
    const informer = new SharedInformer<T>({
      name,
      client,
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
      ...traits,
    });
    this.#informers.push(informer);
    return informer;
  }
}

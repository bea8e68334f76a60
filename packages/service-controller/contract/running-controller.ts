import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Node, Service } from '@k8s-ccm/cloud-provider';
import type { FakeCloudProvider, FakeOperation } from '@k8s-ccm/cloud-provider/testing';
import {
  EventBroadcaster,
  MetricsRegistry,
  SharedInformer,
  systemClock,
  systemRandom,
} from '@k8s-ccm/controller-runtime';
import type { Clock, KubeClient, ResourceClient } from '@k8s-ccm/controller-runtime';
import { ServiceController } from '@k8s-ccm/service-controller';
import { until } from './until.ts';

/** How a test runs the controller. */
export interface RunningControllerOptions {
  readonly provider: FakeCloudProvider;
  /** Default 1. */
  readonly concurrency?: number;
  /** The clock of the controller's queue; default the real one. */
  readonly clock?: Clock;
  /** The clock of the informers' resync; default the real one. */
  readonly informerClock?: Clock;
  /** Changes what the controller's writes do, for example to have them refused. */
  readonly services?: Pick<ResourceClient<Service>, 'patch'>;
}

/** The service controller in this process, on a real API server, with a provider that a test programs. */
export class RunningController {
  readonly provider: FakeCloudProvider;
  readonly metrics = new MetricsRegistry();
  readonly #client: KubeClient;
  readonly #services: SharedInformer<Service>;
  readonly #nodes: SharedInformer<Node>;
  readonly #events: EventBroadcaster;
  readonly #controller: ServiceController;
  readonly #stopping = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(client: KubeClient, options: RunningControllerOptions) {
    const { provider, clock = systemClock, informerClock = systemClock } = options;
    if (provider.loadBalancer === undefined) throw new Error('the provider has no load balancer');
    this.provider = provider;
    this.#client = client;
    const informer = { clock: informerClock, random: systemRandom, log: silentLogger };
    this.#services = new SharedInformer({ name: 'services', client: client.services, ...informer });
    this.#nodes = new SharedInformer({ name: 'nodes', client: client.nodes, ...informer });
    this.#events = new EventBroadcaster({
      client: client.events,
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
    });
    this.#controller = new ServiceController({
      loadBalancer: provider.loadBalancer,
      services: options.services ?? client.services,
      serviceInformer: this.#services,
      nodeInformer: this.#nodes,
      recorder: this.#events.recorder('service-controller'),
      clusterName: 'test-cluster',
      concurrency: options.concurrency ?? 1,
      clock,
      log: silentLogger,
      metrics: this.metrics,
    });
  }

  async start(): Promise<void> {
    const { signal } = this.#stopping;
    this.#running = [
      this.#services.run(signal),
      this.#nodes.run(signal),
      this.#controller.run(signal),
    ];
    await Promise.all([this.#services.waitForSync(signal), this.#nodes.waitForSync(signal)]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
    await this.#events.close();
  }

  /** Waits until the provider has finished so many calls of an operation for a Service. */
  called(operation: FakeOperation, service: string, times = 1): Promise<true> {
    return until(`${operation} ended ${times}× for ${service}`, () =>
      this.ended(operation, service) >= times ? true : undefined,
    );
  }

  /** How many calls of an operation for a Service have ended. */
  ended(operation: FakeOperation, service: string): number {
    return this.provider
      .calls({ operation, service: `default/${service}` })
      .filter(({ state }) => state !== 'running').length;
  }

  /** Waits until the controller's cache of Services holds this version of the Service. */
  async sawService(service: Service): Promise<void> {
    const { name = '', namespace = '', uid } = service.metadata ?? {};
    await until(`the service ${name} is seen`, () => {
      return this.#services.store.get(`${namespace}/${name}`)?.metadata?.uid === uid;
    });
  }

  /** Waits until the controller's cache of Nodes holds this version of the Node. */
  async sawNode(node: Node): Promise<void> {
    const { name = '', resourceVersion } = node.metadata ?? {};
    await until(`the node ${name} is seen`, () => {
      const seen = this.#nodes.store.get(name)?.metadata?.resourceVersion;
      return seen !== undefined && Number(seen) >= Number(resourceVersion);
    });
  }

  /** Waits until the controller's cache of Nodes has lost the Node. */
  async sawNodeGo(name: string): Promise<void> {
    await until(`the node ${name} is seen to be gone`, () => {
      return this.#nodes.store.get(name) === undefined;
    });
  }

  /**
   * Waits until all that was queued so far has been worked on: a Service of its own goes last
   * through the same watch and the same queue. Needs a concurrency of 1.
   */
  async settled(): Promise<void> {
    const { metadata } = await this.#client.services.create({
      metadata: { generateName: 'barrier-', namespace: 'default' },
      spec: { type: 'LoadBalancer', ports: [{ port: 1 }] },
    });
    const ref = { name: metadata?.name ?? '', namespace: 'default' };
    const { name } = ref;
    await this.called('create', name);
    await this.#client.services.patch(ref, { spec: { type: 'ClusterIP' } }, { type: 'merge' });
    await this.called('delete', name);
  }
}

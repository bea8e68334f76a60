import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import type { FakeCloudProvider, FakeOperation } from '@k8s-ccm/cloud-provider/testing';
import { ContractController, until } from '@k8s-ccm/contract-testing';
import { systemClock } from '@k8s-ccm/controller-runtime';
import type {
  Clock,
  KubeClient,
  ResourceClient,
  SharedInformer,
} from '@k8s-ccm/controller-runtime';
import { ServiceController } from '@k8s-ccm/service-controller';

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
  /** Changes what the informer of Services reads, for example to delay its watch. */
  readonly watched?: ResourceClient<Service>;
}

/** The service controller in this process, on a real API server, with a provider that a test programs. */
export class RunningController extends ContractController {
  readonly provider: FakeCloudProvider;
  protected readonly controller: ServiceController;
  readonly #services: SharedInformer<Service>;

  constructor(client: KubeClient, options: RunningControllerOptions) {
    const { provider, clock = systemClock, informerClock = systemClock } = options;
    if (provider.loadBalancer === undefined) throw new Error('the provider has no load balancer');
    super(client, { clock: informerClock });
    this.provider = provider;
    this.#services = this.cacheOf('services', options.watched ?? client.services, {
      clock: informerClock,
    });
    this.controller = new ServiceController({
      loadBalancer: provider.loadBalancer,
      services: {
        list: client.services.list.bind(client.services),
        patch: (...args) => (options.services ?? client.services).patch(...args),
      },
      serviceInformer: this.#services,
      nodeInformer: this.nodes,
      recorder: this.events.recorder('service-controller'),
      clusterName: 'test-cluster',
      concurrency: options.concurrency ?? 1,
      clock,
      log: silentLogger,
      metrics: this.metrics,
    });
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

  /** A Service of the namespace `default` as the controller's cache holds it. */
  cachedService(name: string): Service | undefined {
    return this.#services.store.get(`default/${name}`);
  }

  /** Waits until the controller's cache of Services holds this version of the Service. */
  async sawService(service: Service): Promise<void> {
    const { name = '', namespace = '', uid } = service.metadata ?? {};
    await until(`the service ${name} is seen`, () => {
      return this.#services.store.get(`${namespace}/${name}`)?.metadata?.uid === uid;
    });
  }

  /**
   * Waits until all that was queued so far has been worked on: a Service of its own goes last
   * through the same watch and the same queue. Needs a concurrency of 1.
   */
  async settled(): Promise<void> {
    const { metadata } = await this.client.services.create({
      metadata: { generateName: 'barrier-', namespace: 'default' },
      spec: { type: 'LoadBalancer', ports: [{ port: 1 }] },
    });
    const ref = { name: metadata?.name ?? '', namespace: 'default' };
    const { name } = ref;
    await this.called('create', name);
    await this.client.services.patch(ref, { spec: { type: 'ClusterIP' } }, { type: 'merge' });
    await this.called('delete', name);
  }
}

import { LoadBalancerCleanupFinalizer, silentLogger } from '@k8s-ccm/cloud-provider';
import type { Event, LoadBalancerStatus, Node, Service } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane, ControlPlaneOptions } from '@k8s-ccm/envtest';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';
import { until } from './until.ts';

const namespace = 'default';

/** A real kube-apiserver for one test file, with shorthands for what the cases do to it. */
export class TestCluster {
  readonly client: KubeClient;
  readonly #controlPlane: ControlPlane;
  #controllers: readonly RunningController[] = [];

  private constructor(controlPlane: ControlPlane, client: KubeClient) {
    this.#controlPlane = controlPlane;
    this.client = client;
  }

  static async start(options: ControlPlaneOptions = {}): Promise<TestCluster> {
    const controlPlane = await startControlPlane(options);
    const config = await loadKubeConfig({
      kubeconfig: controlPlane.kubeconfig,
      clock: systemClock,
      log: silentLogger,
    });
    const client = KubeClient.create({
      config,
      userAgent: 'contract-test',
      qps: 0,
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
    });
    return new TestCluster(controlPlane, client);
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.#controlPlane.stop();
  }

  /** A controller that works on this cluster until `reset`. */
  async startController(options: RunningControllerOptions): Promise<RunningController> {
    const controller = new RunningController(this.client, options);
    this.#controllers = [...this.#controllers, controller];
    await controller.start();
    return controller;
  }

  /** Stops the controllers and removes what a test has made. */
  async reset(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    this.#controllers = [];
    const { items: services } = await this.client.services.list();
    for (const { metadata } of services) {
      if (metadata?.name === 'kubernetes') continue;
      const ref = { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' };
      await this.client.services.patch(ref, { metadata: { finalizers: null } }, { type: 'merge' });
      if (metadata?.deletionTimestamp === undefined) await this.client.services.delete(ref);
    }
    const { items: nodes } = await this.client.nodes.list();
    for (const { metadata } of nodes) {
      const ref = { name: metadata?.name ?? '' };
      await this.client.nodes.patch(ref, { metadata: { finalizers: null } }, { type: 'merge' });
      if (metadata?.deletionTimestamp === undefined) await this.client.nodes.delete(ref);
    }
  }

  /** A Service of type LoadBalancer with one port, less or more as `spec` and `metadata` say. */
  createService(
    name: string,
    spec: NonNullable<Service['spec']> = {},
    metadata: NonNullable<Service['metadata']> = {},
  ): Promise<Service> {
    return this.client.services.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, ...metadata },
      spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }], ...spec },
    });
  }

  service(name: string): Promise<Service> {
    return this.client.services.get({ name, namespace });
  }

  /** `undefined` once the object is gone. */
  async findService(name: string): Promise<Service | undefined> {
    const { items } = await this.client.services.list({
      namespace,
      fieldSelector: `metadata.name=${name}`,
    });
    return items[0];
  }

  serviceGone(name: string): Promise<boolean> {
    return until(`the Service ${name} is gone`, async () => {
      return (await this.findService(name)) === undefined;
    });
  }

  /** A merge patch of the Service. */
  patchService(name: string, patch: object): Promise<Service> {
    return this.client.services.patch({ name, namespace }, patch, { type: 'merge' });
  }

  patchServiceStatus(name: string, loadBalancer: LoadBalancerStatus | null): Promise<Service> {
    return this.client.services.patch(
      { name, namespace },
      { status: { loadBalancer } },
      { type: 'merge', subresource: 'status' },
    );
  }

  deleteService(name: string): Promise<void> {
    return this.client.services.delete({ name, namespace });
  }

  createNode(
    name: string,
    metadata: NonNullable<Node['metadata']> = {},
    spec: NonNullable<Node['spec']> = {},
  ): Promise<Node> {
    return this.client.nodes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, ...metadata },
      spec,
    });
  }

  /** A merge patch of the Node. */
  patchNode(name: string, patch: object): Promise<Node> {
    return this.client.nodes.patch({ name }, patch, { type: 'merge' });
  }

  deleteNode(name: string): Promise<void> {
    return this.client.nodes.delete({ name });
  }

  /** The Service's events, oldest first by the order in which they were recorded. */
  async events(service: Service): Promise<readonly Event[]> {
    const { items } = await this.client.events.list({
      namespace,
      fieldSelector: `involvedObject.uid=${service.metadata?.uid ?? ''}`,
    });
    // Two are written at a time, so the API server's order is not theirs; their names hold the time.
    return items.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  }

  /** Waits for an event with this reason, recorded at least `count` times. */
  event(service: Service, reason: string, count = 1): Promise<Event> {
    return until(`${service.metadata?.name} has the event ${reason} (${count}×)`, async () =>
      (await this.events(service)).find(
        (event) => event.reason === reason && (event.count ?? 1) >= count,
      ),
    );
  }

  async reasons(service: Service): Promise<readonly string[]> {
    return (await this.events(service)).map(({ reason }) => reason ?? '');
  }
}

/** Whether the Service carries the cleanup finalizer. */
export function hasFinalizer({ metadata }: Service): boolean {
  return metadata?.finalizers?.includes(LoadBalancerCleanupFinalizer) ?? false;
}

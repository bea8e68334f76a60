import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { LoadBalancerStatus, Node, Service } from '@k8s-ccm/cloud-provider';
import { ContractCluster, removeObjects, startCluster, until } from '@k8s-ccm/contract-testing';
import type { ControlPlaneOptions } from '@k8s-ccm/envtest';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';

const namespace = 'default';

/** The cluster of a test file, with shorthands for Services. */
export class TestCluster extends ContractCluster {
  static async start(options: ControlPlaneOptions = {}): Promise<TestCluster> {
    return new TestCluster(await startCluster(options));
  }

  /** A controller that works on this cluster until `reset`. */
  startController(options: RunningControllerOptions): Promise<RunningController> {
    return this.started(new RunningController(this.client, options));
  }

  override async reset(): Promise<void> {
    await super.reset();
    const { items } = await this.client.services.list();
    const made = items.filter(({ metadata }) => metadata?.name !== 'kubernetes');
    await removeObjects(this.client.services, made);
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
}

/** Whether the Service carries the cleanup finalizer. */
export function hasFinalizer({ metadata }: Service): boolean {
  return metadata?.finalizers?.includes(LoadBalancerCleanupFinalizer) ?? false;
}

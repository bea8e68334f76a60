import type { Event, KubernetesObject, Node } from '@k8s-ccm/cloud-provider';
import type { KubeClient } from '@k8s-ccm/controller-runtime';
import type { ControlPlane } from '@k8s-ccm/envtest';
import type { ClusterAccess } from './cluster-access.ts';
import type { ContractController } from './contract-controller.ts';
import { removeObjects } from './remove-objects.ts';
import { until } from './until.ts';

/**
 * A real kube-apiserver for one test file, with shorthands for what the cases do to it. A
 * controller's package adds its own.
 */
export abstract class ContractCluster {
  readonly client: KubeClient;
  readonly #controlPlane: ControlPlane;
  #controllers: readonly ContractController[] = [];

  constructor({ controlPlane, client }: ClusterAccess) {
    this.#controlPlane = controlPlane;
    this.client = client;
  }

  /** Ends the control plane; the controllers are to be stopped before, by `reset`. */
  async stop(): Promise<void> {
    await this.client.close();
    await this.#controlPlane.stop();
  }

  /** Stops the controllers and removes what a test has made: the Nodes, unless a package says more. */
  async reset(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    this.#controllers = [];
    const { items } = await this.client.nodes.list();
    await removeObjects(this.client.nodes, items);
  }

  node(name: string): Promise<Node> {
    return this.client.nodes.get({ name });
  }

  /** A merge patch of the Node. */
  patchNode(name: string, patch: object): Promise<Node> {
    return this.client.nodes.patch({ name }, patch, { type: 'merge' });
  }

  deleteNode(name: string): Promise<void> {
    return this.client.nodes.delete({ name });
  }

  /** The object's events, oldest first by the order in which they were recorded. */
  async events({ metadata }: KubernetesObject): Promise<readonly Event[]> {
    const { items } = await this.client.events.list({
      namespace: 'default',
      fieldSelector: `involvedObject.uid=${metadata?.uid ?? ''}`,
    });
    // Two are written at a time, so the API server's order is not theirs; their names hold the time.
    return items.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  }

  /** Waits for an event with this reason, recorded at least `count` times. */
  event(object: KubernetesObject, reason: string, count = 1): Promise<Event> {
    return until(`${object.metadata?.name} has the event ${reason} (${count}×)`, async () =>
      (await this.events(object)).find(
        (event) => event.reason === reason && (event.count ?? 1) >= count,
      ),
    );
  }

  /** The reasons of {@link events}. */
  async reasons(object: KubernetesObject): Promise<readonly string[]> {
    return (await this.events(object)).map(({ reason }) => reason ?? '');
  }

  /** Starts a controller, which works on this cluster until `reset`. */
  protected async started<C extends ContractController>(controller: C): Promise<C> {
    this.#controllers = [...this.#controllers, controller];
    await controller.start();
    return controller;
  }
}

import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Event, Node, NodeAddress, NodeCondition } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';
import { until } from './until.ts';

/** How a test makes a Node. */
export interface NewNode {
  readonly podCIDRs?: string[];
  readonly addresses?: NodeAddress[];
  readonly conditions?: NodeCondition[];
}

/** The condition that tells whether routes lead to the Node, as `status/reason`. */
export function networkUnavailableOf({ status }: Node): string | undefined {
  const found = status?.conditions?.find(({ type }) => type === 'NetworkUnavailable');
  return found && `${found.status}/${found.reason ?? ''}`;
}

/** A real kube-apiserver for one test file, with shorthands for what the cases do to it. */
export class TestCluster {
  readonly client: KubeClient;
  readonly #controlPlane: ControlPlane;
  #controllers: readonly RunningController[] = [];

  private constructor(controlPlane: ControlPlane, client: KubeClient) {
    this.#controlPlane = controlPlane;
    this.client = client;
  }

  static async start(): Promise<TestCluster> {
    const controlPlane = await startControlPlane();
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
    const { items } = await this.client.nodes.list();
    await Promise.all(items.map(({ metadata }) => this.deleteNode(metadata?.name ?? '')));
  }

  createNode(name: string, { podCIDRs, addresses = [], conditions = [] }: NewNode): Promise<Node> {
    return this.client.nodes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      spec: podCIDRs === undefined ? {} : { podCIDRs },
      status: { addresses, conditions },
    });
  }

  node(name: string): Promise<Node> {
    return this.client.nodes.get({ name });
  }

  /** A merge patch of the Node. */
  patchNode(name: string, patch: object): Promise<Node> {
    return this.client.nodes.patch({ name }, patch, { type: 'merge' });
  }

  /** A strategic merge patch of the Node's status, as kubelet sends it. */
  patchStatus(name: string, status: object): Promise<Node> {
    const options = { type: 'strategic', subresource: 'status' } as const;
    return this.client.nodes.patch({ name }, { status }, options);
  }

  deleteNode(name: string): Promise<void> {
    return this.client.nodes.delete({ name });
  }

  /** Waits until the Node's condition `NetworkUnavailable` is `status/reason`. */
  networkUnavailable(name: string, expected: string): Promise<Node> {
    return until(`${name} has the condition ${expected}`, async () => {
      const node = await this.node(name);
      return networkUnavailableOf(node) === expected && node;
    });
  }

  /** The Node's events, oldest first. */
  async events(node: Node): Promise<readonly Event[]> {
    const { items } = await this.client.events.list({
      namespace: 'default',
      fieldSelector: `involvedObject.uid=${node.metadata?.uid ?? ''}`,
    });
    return items.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  }

  /** Waits until an event with this reason is written. */
  event(node: Node, reason: string): Promise<Event> {
    return until(`${node.metadata?.name} has the event ${reason}`, async () =>
      (await this.events(node)).find((event) => event.reason === reason),
    );
  }
}

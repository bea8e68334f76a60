import { hasUninitializedTaint, silentLogger } from '@k8s-ccm/cloud-provider';
import type { Event, Node } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';
import { uninitialized } from './test-node.ts';
import type { NewNode } from './test-node.ts';
import { until } from './until.ts';

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
    await Promise.all(
      items.map(({ metadata }) => this.client.nodes.delete({ name: metadata?.name ?? '' })),
    );
  }

  /** A Node as kubelet registers it: with the uninitialized taint, unless told otherwise. */
  createNode(name: string, node: NewNode = {}): Promise<Node> {
    const { labels, annotations, providerID, taints = [uninitialized], addresses = [] } = node;
    return this.client.nodes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations }),
      },
      spec: { taints, ...(providerID === undefined ? {} : { providerID }) },
      status: { addresses },
    });
  }

  node(name: string): Promise<Node> {
    return this.client.nodes.get({ name });
  }

  /** A merge patch of the Node. */
  patchNode(name: string, patch: object): Promise<Node> {
    return this.client.nodes.patch({ name }, patch, { type: 'merge' });
  }

  /** Changes something that no controller reads, as kubelet does all the time. */
  touchNode(name: string, value = 'touched'): Promise<Node> {
    return this.patchNode(name, { metadata: { annotations: { 'test/touched': value } } });
  }

  deleteNode(name: string): Promise<void> {
    return this.client.nodes.delete({ name });
  }

  /** Waits until the Node has no uninitialized taint any more, and its event is written: then all writes are done. */
  async initialized(name: string): Promise<Node> {
    const node = await until(`the node ${name} is initialised`, async () => {
      const seen = await this.node(name);
      return hasUninitializedTaint(seen) ? undefined : seen;
    });
    await this.event(node, 'Synced');
    return this.node(name);
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

  async reasons(node: Node): Promise<readonly string[]> {
    return (await this.events(node)).map(({ reason }) => reason ?? '');
  }
}

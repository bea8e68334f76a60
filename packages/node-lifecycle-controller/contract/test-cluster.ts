import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Event, Node, Taint } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';
import { until } from './until.ts';

/** A user who may do nothing at all. */
const stranger = 'stranger';

/** How a test makes a Node. */
export interface NodeTraits {
  /** Status of the condition Ready; `none` leaves the condition out. Default `False`. */
  readonly ready?: 'True' | 'False' | 'Unknown' | 'none';
  readonly taints?: readonly Taint[];
  readonly providerID?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** A real kube-apiserver for one test file, with shorthands for what the cases do to it. */
export class TestCluster {
  readonly client: KubeClient;
  /** The client of a user whom RBAC allows nothing. */
  readonly stranger: KubeClient;
  readonly #controlPlane: ControlPlane;
  #controllers: readonly RunningController[] = [];

  private constructor(controlPlane: ControlPlane, client: KubeClient, other: KubeClient) {
    this.#controlPlane = controlPlane;
    this.client = client;
    this.stranger = other;
  }

  static async start(): Promise<TestCluster> {
    const controlPlane = await startControlPlane({ users: [{ name: stranger }] });
    const access = await controlPlane.user(stranger);
    return new TestCluster(
      controlPlane,
      await clientOf(controlPlane.kubeconfig),
      await clientOf(access.kubeconfig),
    );
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.stranger.close();
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
    const { items: nodes } = await this.client.nodes.list();
    for (const { metadata } of nodes) {
      const ref = { name: metadata?.name ?? '' };
      await this.client.nodes.patch(ref, { metadata: { finalizers: null } }, { type: 'merge' });
      if (metadata?.deletionTimestamp === undefined) await this.client.nodes.delete(ref);
    }
    const { items: events } = await this.client.events.list({ namespace: 'default' });
    for (const { metadata } of events) {
      await this.client.events.delete({ namespace: 'default', name: metadata.name ?? '' });
    }
  }

  createNode(name: string, traits: NodeTraits = {}): Promise<Node> {
    const { ready = 'False', taints, providerID, annotations, finalizers } = traits;
    return this.client.nodes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        ...(annotations === undefined ? {} : { annotations }),
        ...(finalizers === undefined ? {} : { finalizers }),
      },
      spec: {
        ...(taints === undefined ? {} : { taints }),
        ...(providerID === undefined ? {} : { providerID }),
      },
      status: { conditions: ready === 'none' ? [] : [{ type: 'Ready', status: ready }] },
    });
  }

  setReady(name: string, status: 'True' | 'False' | 'Unknown'): Promise<Node> {
    return this.client.nodes.patch(
      { name },
      { status: { conditions: [{ type: 'Ready', status }] } },
      { type: 'strategic', subresource: 'status' },
    );
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

  async nodeNames(): Promise<readonly string[]> {
    const { items } = await this.client.nodes.list();
    return items.map(({ metadata }) => metadata?.name ?? '').toSorted();
  }

  nodeGone(name: string): Promise<true> {
    return until(`the Node ${name} is gone`, async () => !(await this.nodeNames()).includes(name));
  }

  /** The Node's taints, as `key:effect`, with `=value` where there is one; those of the API server's own admission left out. */
  async taints(name: string): Promise<readonly string[]> {
    const { spec } = await this.node(name);
    return (spec?.taints ?? [])
      .filter(({ key }) => key !== 'node.kubernetes.io/not-ready')
      .map(({ key, value = '', effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`);
  }

  taintsBecome(name: string, taints: readonly string[]): Promise<true> {
    return until(`the taints of ${name} are ${taints.join()}`, async () => {
      return (await this.taints(name)).join() === taints.join();
    });
  }

  /** The Node's events, oldest first by the order in which they were recorded. */
  async events(node: Node): Promise<readonly Event[]> {
    const { items } = await this.client.events.list({
      namespace: 'default',
      fieldSelector: `involvedObject.uid=${node.metadata?.uid ?? ''}`,
    });
    return items.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  }

  /** Waits for an event with this reason, recorded at least `count` times. */
  event(node: Node, reason: string, count = 1): Promise<Event> {
    return until(`${node.metadata?.name} has the event ${reason} (${count}×)`, async () =>
      (await this.events(node)).find(
        (event) => event.reason === reason && (event.count ?? 1) >= count,
      ),
    );
  }

  async reasons(node: Node): Promise<readonly string[]> {
    return (await this.events(node)).map(({ reason }) => reason ?? '');
  }
}

async function clientOf(kubeconfig: string): Promise<KubeClient> {
  return KubeClient.create({
    config: await loadKubeConfig({ kubeconfig, clock: systemClock, log: silentLogger }),
    userAgent: 'contract-test',
    qps: 0,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
  });
}

import type { Node, Taint } from '@k8s-ccm/cloud-provider';
import {
  ContractCluster,
  clientOf,
  removeObjects,
  startCluster,
  until,
} from '@k8s-ccm/contract-testing';
import type { ClusterAccess } from '@k8s-ccm/contract-testing';
import type { KubeClient } from '@k8s-ccm/controller-runtime';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';

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

/** The cluster of a test file, with shorthands for Nodes that are tainted and go. */
export class TestCluster extends ContractCluster {
  /** The client of a user whom RBAC allows nothing. */
  readonly stranger: KubeClient;

  private constructor(access: ClusterAccess, other: KubeClient) {
    super(access);
    this.stranger = other;
  }

  static async start(): Promise<TestCluster> {
    const access = await startCluster({ users: [{ name: stranger }] });
    const { kubeconfig } = await access.controlPlane.user(stranger);
    return new TestCluster(access, await clientOf(kubeconfig));
  }

  override async stop(): Promise<void> {
    await this.stranger.close();
    await super.stop();
  }

  /** A controller that works on this cluster until `reset`. */
  startController(options: RunningControllerOptions): Promise<RunningController> {
    return this.started(new RunningController(this.client, options));
  }

  override async reset(): Promise<void> {
    await super.reset();
    const { items } = await this.client.events.list({ namespace: 'default' });
    await removeObjects(this.client.events, items);
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
}

import type { Node, NodeAddress, NodeCondition } from '@k8s-ccm/cloud-provider';
import { ContractCluster, startCluster, until } from '@k8s-ccm/contract-testing';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';

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

/** The cluster of a test file, with shorthands for Nodes to which routes are to lead. */
export class TestCluster extends ContractCluster {
  static async start(): Promise<TestCluster> {
    return new TestCluster(await startCluster());
  }

  /** A controller that works on this cluster until `reset`. */
  startController(options: RunningControllerOptions): Promise<RunningController> {
    return this.started(new RunningController(this.client, options));
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

  /** A strategic merge patch of the Node's status, as kubelet sends it. */
  patchStatus(name: string, status: object): Promise<Node> {
    const options = { type: 'strategic', subresource: 'status' } as const;
    return this.client.nodes.patch({ name }, { status }, options);
  }

  /** Waits until the Node's condition `NetworkUnavailable` is `status/reason`. */
  networkUnavailable(name: string, expected: string): Promise<Node> {
    return until(`${name} has the condition ${expected}`, async () => {
      const node = await this.node(name);
      return networkUnavailableOf(node) === expected && node;
    });
  }
}

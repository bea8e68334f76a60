import { hasUninitializedTaint } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { ContractCluster, startCluster, until } from '@k8s-ccm/contract-testing';
import { RunningController } from './running-controller.ts';
import type { RunningControllerOptions } from './running-controller.ts';
import { uninitialized } from './test-node.ts';
import type { NewNode } from './test-node.ts';

/** The cluster of a test file, with shorthands for Nodes that are to be initialized. */
export class TestCluster extends ContractCluster {
  static async start(): Promise<TestCluster> {
    return new TestCluster(await startCluster());
  }

  /** A controller that works on this cluster until `reset`. */
  startController(options: RunningControllerOptions): Promise<RunningController> {
    return this.started(new RunningController(this.client, options));
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

  /** Changes something that no controller reads, as kubelet does all the time. */
  touchNode(name: string, value = 'touched'): Promise<Node> {
    return this.patchNode(name, { metadata: { annotations: { 'test/touched': value } } });
  }

  /** Waits until the Node has no uninitialized taint any more, and its event is written: then all writes are done. */
  async initialized(name: string): Promise<Node> {
    const node = await until(`the node ${name} is initialized`, async () => {
      const seen = await this.node(name);
      return hasUninitializedTaint(seen) ? undefined : seen;
    });
    await this.event(node, 'Synced');
    return this.node(name);
  }
}

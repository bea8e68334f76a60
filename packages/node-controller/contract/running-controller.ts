import { hasUninitializedTaint, silentLogger } from '@k8s-ccm/cloud-provider';
import type { FakeCall, FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { ContractController, until } from '@k8s-ccm/contract-testing';
import { seededRandom, systemClock, trimNode } from '@k8s-ccm/controller-runtime';
import type { Clock, KubeClient } from '@k8s-ccm/controller-runtime';
import { NodeController } from '@k8s-ccm/node-controller';
import { RecordingNodes } from './node-writes.ts';
import type { BeforeCall } from './node-writes.ts';
import { uninitialized } from './test-node.ts';

/** How a test runs the controller. */
export interface RunningControllerOptions {
  readonly provider: FakeCloudProvider;
  /** Default 1. */
  readonly concurrency?: number;
  /** Default 0. */
  readonly statusConcurrency?: number;
  /** Default 5 minutes. */
  readonly statusPeriodMs?: number;
  /** The controller's clock; default the real one. The informer and the events keep the real one. */
  readonly clock?: Clock;
  /** Sees the controller's requests about Nodes before they are sent. */
  readonly before?: BeforeCall;
}

/** The node controller in this process, on a real API server, with a provider that a test programs. */
export class RunningController extends ContractController {
  readonly provider: FakeCloudProvider;
  /** What the controller reads and writes. */
  readonly writes: RecordingNodes;
  protected readonly controller: NodeController;

  constructor(client: KubeClient, options: RunningControllerOptions) {
    const { provider, clock = systemClock } = options;
    if (provider.instances === undefined) throw new Error('the provider has no instances');
    super(client, { trim: trimNode, freeze: true });
    this.provider = provider;
    this.writes = new RecordingNodes(client.nodes, options.before);
    this.controller = new NodeController({
      instances: provider.instances,
      nodes: this.writes,
      nodeInformer: this.nodes,
      recorder: this.events.recorder('cloud-node-controller'),
      concurrency: options.concurrency ?? 1,
      statusConcurrency: options.statusConcurrency ?? 0,
      statusPeriodMs: options.statusPeriodMs ?? 300_000,
      clock,
      random: seededRandom(1),
      log: silentLogger,
      metrics: this.metrics,
    });
  }

  /** The calls of the provider that are about a Node, by its name or by `fake://<name>`; oldest first. */
  calls(node: string): readonly FakeCall[] {
    return this.provider
      .calls()
      .filter((call) => call.node === node || call.providerID === `fake://${node}`);
  }

  /** How many calls for the Node's metadata have ended (V2). */
  ended(node: string): number {
    return this.provider
      .calls({ operation: 'instance-metadata-by-provider-id', node })
      .filter(({ state }) => state !== 'running').length;
  }

  /** Waits until so many calls for the Node's metadata have ended (V2). */
  async asked(node: string, times = 1): Promise<void> {
    await until(`the cloud was asked ${times}× for ${node}`, () => this.ended(node) >= times);
  }

  /**
   * Waits until all that was queued so far has been worked on: a Node of its own goes last through
   * the same watch and the same queue. Needs a concurrency of 1.
   */
  async settled(): Promise<void> {
    const { metadata } = await this.client.nodes.create({
      metadata: { generateName: 'barrier-' },
      spec: { taints: [uninitialized], providerID: 'fake://barrier' },
    });
    const ref = { name: metadata?.name ?? '' };
    await until(`the node ${ref.name} is initialized`, async () => {
      return !hasUninitializedTaint(await this.client.nodes.get(ref));
    });
    await this.client.nodes.delete(ref);
    await this.sawNodeGo(ref.name);
  }
}

import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Instances } from '@k8s-ccm/cloud-provider';
import { MetricsRegistry, seededRandom } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { NodeLifecycleController, parseDeletionBudget } from '@k8s-ccm/node-lifecycle-controller';
import type { DeletionProof } from '@k8s-ccm/node-lifecycle-controller';
import { MemoryCloud } from './memory-cloud.ts';
import { MemoryCluster } from './memory-cluster.ts';

/** How a test runs the controller. */
export interface VirtualControllerOptions {
  /** Default `strict`. */
  readonly proof?: DeletionProof;
  /** Default `10%`. */
  readonly budget?: string;
  /** Default 0. */
  readonly graceMs?: number;
  /** Hides parts of the cloud that a provider may lack. */
  readonly instances?: (cloud: MemoryCloud) => Instances;
}

/** An event as it was recorded. */
export interface RecordedEvent {
  readonly node: string;
  readonly reason: string;
  readonly message: string;
}

/** The controller, a cluster and a cloud in memory, in virtual time; rounds are 5 s apart. */
export class VirtualController {
  readonly clock = new FakeClock({ settleTurns: 4 });
  readonly cluster = new MemoryCluster(this.clock);
  readonly cloud = new MemoryCloud(this.clock);
  readonly metrics = new MetricsRegistry();
  readonly events: RecordedEvent[] = [];
  readonly #stopping = new AbortController();
  readonly #controller: NodeLifecycleController;
  #running: Promise<void> | undefined;

  constructor(options: VirtualControllerOptions = {}) {
    this.#controller = new NodeLifecycleController({
      instances: options.instances?.(this.cloud) ?? this.cloud,
      nodes: this.cluster.client,
      nodeInformer: this.cluster.informer,
      recorder: {
        event: ({ metadata }, _type, reason, message) => {
          this.events.push({ node: metadata?.name ?? '', reason, message });
        },
      },
      proof: options.proof ?? 'strict',
      monitorPeriodMs: 5_000,
      graceMs: options.graceMs ?? 0,
      budget: parseDeletionBudget(options.budget ?? '10%'),
      clock: this.clock,
      random: seededRandom(1),
      log: silentLogger,
      metrics: this.metrics,
    });
  }

  start(): void {
    this.cluster.isInitial = false;
    this.#running = this.#controller.run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // What sleeps without a signal (a late answer) must end for the controller to end.
    await this.clock.advance(60_000);
    await this.#running;
  }

  /** A Node with a running server. */
  addNode(name: string, ready: 'True' | 'False' = 'True'): string {
    const uid = this.cluster.create(name);
    this.cloud.servers.set(uid, 'running');
    this.cluster.setReady(name, ready);
    return uid;
  }

  /** The server goes, and the kubelet with it. */
  loseServer(name: string): void {
    this.cloud.servers.delete(this.cluster.find(name)?.metadata?.uid ?? '');
    this.cluster.setReady(name, 'False');
  }

  reasons(node: string): readonly string[] {
    return this.events.filter((event) => event.node === node).map(({ reason }) => reason);
  }
}

/** The cloud without `survey` and `confirmAccess`. */
export function oneByOne(cloud: MemoryCloud): Instances {
  return {
    exists: (node) => cloud.exists(node),
    isShutdown: (node) => cloud.isShutdown(node),
    metadata: () => cloud.metadata(),
  };
}

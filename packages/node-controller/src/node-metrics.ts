import { NodeMetricName } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { Clock, Histogram, MetricsRegistry } from '@k8s-ccm/controller-runtime';

/** 1 s, 4 s, 16 s … 1024 s (contract.md#node-metrics). */
const delayBuckets = [1, 4, 16, 64, 256, 1024];

/** The node controller's metrics, under upstream's names (contract.md#node-metrics). */
export class NodeMetrics {
  readonly #clock: Clock;
  readonly #taintRemoval: Histogram | undefined;
  readonly #initialSync: Histogram | undefined;

  /** @param registry where to register; without it, nothing is counted */
  constructor(clock: Clock, registry: MetricsRegistry | undefined) {
    this.#clock = clock;
    this.#taintRemoval = registry?.histogram({
      name: NodeMetricName.TaintRemovalDelaySeconds,
      help: 'Number of seconds after node creation when NodeController removed the cloud-provider taint of a single node.',
      stability: 'ALPHA',
      buckets: delayBuckets,
    });
    this.#initialSync = registry?.histogram({
      name: NodeMetricName.InitialSyncDelaySeconds,
      help: 'Number of seconds after node creation when NodeController finished the initial synchronization of a single node.',
      stability: 'ALPHA',
      buckets: delayBuckets,
    });
  }

  /** The Node's uninitialized taint is gone. */
  taintRemoved(node: Node): void {
    this.#observe(this.#taintRemoval, node);
  }

  /** The Node is initialized, addresses and event included. */
  synced(node: Node): void {
    this.#observe(this.#initialSync, node);
  }

  #observe(histogram: Histogram | undefined, { metadata }: Node): void {
    const createdAt = Date.parse(metadata?.creationTimestamp ?? '');
    if (Number.isNaN(createdAt)) return;
    // The API server's clock may be ahead of ours.
    histogram?.observe(Math.max(0, this.#clock.now() - createdAt) / 1000);
  }
}

import { NodeLifecycleMetricName } from '@k8s-ccm/cloud-provider';
import type { Counter, MetricsRegistry } from '@k8s-ccm/controller-runtime';

/** The node lifecycle controller's metrics; upstream has none (contract.md#node-lifecycle-metrics). */
export interface NodeLifecycleMetrics {
  /** One per Node and round in which its deletion was blocked; `reason` is a `BlockedReason`. */
  readonly deletionsBlocked: Counter<'reason'>;
}

/** Registers the metrics. */
export function createNodeLifecycleMetrics(registry: MetricsRegistry): NodeLifecycleMetrics {
  return {
    deletionsBlocked: registry.counter({
      name: NodeLifecycleMetricName.NodeDeletionBlockedTotal,
      help: 'Number of times that a node whose server may be gone was kept for want of proof or of budget',
      labels: ['reason'],
    }),
  };
}

import { ServiceMetricName } from '@k8s-ccm/cloud-provider';
import type { Counter, Histogram, MetricsRegistry } from '@k8s-ccm/controller-runtime';

/** 1 s, 2 s, 4 s … 16384 s (contract.md#service-metrics). */
const latencyBuckets = Array.from({ length: 15 }, (_, exponent) => 2 ** exponent);

/** The service controller's metrics, under upstream's names (contract.md#service-metrics). */
export interface ServiceMetrics {
  /** One per `update` of a load balancer's hosts; `ensure` is not counted, as upstream. */
  readonly hostUpdates: Counter;
  /** One per Service whose hosts could not be updated. */
  readonly hostUpdateErrors: Counter;
  /** Seconds from a node change until the last Service that it touched was updated. */
  readonly nodeSyncSeconds: Histogram;
  /** Seconds that one `update` took. */
  readonly hostUpdateSeconds: Histogram;
}

/** Registers the metrics. */
export function createServiceMetrics(registry: MetricsRegistry): ServiceMetrics {
  return {
    hostUpdates: registry.counter({
      name: ServiceMetricName.LoadBalancerSyncTotal,
      help: 'A metric counting the amount of times any load balancer has been configured, as an effect of service/node changes on the cluster',
    }),
    hostUpdateErrors: registry.counter({
      name: ServiceMetricName.NodeSyncErrorTotal,
      help: 'A metric counting the amount of times any load balancer could not be updated with new hosts',
    }),
    nodeSyncSeconds: registry.histogram({
      name: ServiceMetricName.NodeSyncLatencySeconds,
      help: 'Time from a node change until every load balancer has the new hosts',
      buckets: latencyBuckets,
    }),
    hostUpdateSeconds: registry.histogram({
      name: ServiceMetricName.UpdateLoadBalancerHostLatencySeconds,
      help: 'Time that updating the hosts of one load balancer took',
      buckets: latencyBuckets,
    }),
  };
}

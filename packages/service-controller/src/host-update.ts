import { ServiceEvent, errorText, isImplementedElsewhere } from '@k8s-ccm/cloud-provider';
import type { LoadBalancer, Node, Service, ServiceCallOptions } from '@k8s-ccm/cloud-provider';
import type { Clock, EventRecorder } from '@k8s-ccm/controller-runtime';
import type { ServiceMetrics } from './service-metrics.ts';

/** Names in the text of a failed update; more are only counted (contract.md#service-nodes, contract.md#case-151). */
const maxNodeNames = 20;

/** What an update of a load balancer's hosts works with. */
export interface HostUpdateOptions {
  readonly loadBalancer: LoadBalancer;
  readonly recorder: EventRecorder;
  readonly clusterName: string;
  readonly clock: Clock;
  readonly metrics?: ServiceMetrics | undefined;
}

/** Gives a load balancer its new hosts after nodes came or went (contract.md#service-nodes). */
export class HostUpdate {
  readonly #options: HostUpdateOptions;

  constructor(options: HostUpdateOptions) {
    this.#options = options;
  }

  /** False where the Service needs a whole new try. Aborts pass through; nothing else is thrown. */
  async run(
    service: Service,
    nodes: readonly Node[],
    options: ServiceCallOptions,
  ): Promise<boolean> {
    const { loadBalancer, recorder, clusterName, clock, metrics } = this.#options;
    const startedAt = clock.monotonic();
    metrics?.hostUpdates.inc();
    try {
      await loadBalancer.update({ clusterName, service, nodes }, options);
    } catch (error) {
      options.signal.throwIfAborted();
      return (
        isImplementedElsewhere(error) ||
        !(await this.#reportFailure(error, service, nodes, options))
      );
    } finally {
      metrics?.hostUpdateSeconds.observe((clock.monotonic() - startedAt) / 1000);
    }
    const event =
      nodes.length > 0 ? ServiceEvent.UpdatedLoadBalancer : ServiceEvent.UnAvailableLoadBalancer;
    recorder.event(service, event.type, event.reason, event.message);
    return true;
  }

  /** False where the load balancer is gone anyway, which makes the failure none. */
  async #reportFailure(
    error: unknown,
    service: Service,
    nodes: readonly Node[],
    options: ServiceCallOptions,
  ): Promise<boolean> {
    const { loadBalancer, recorder, clusterName, metrics } = this.#options;
    try {
      const existing = await loadBalancer.get({ clusterName, service }, options);
      if (existing === undefined) return false;
    } catch (lookupError) {
      options.signal.throwIfAborted();
      options.log.warn('cannot tell whether the load balancer exists', { error: lookupError });
    }
    metrics?.hostUpdateErrors.inc();
    recorder.event(
      service,
      'Warning',
      ServiceEvent.UpdateLoadBalancerFailed.reason,
      `Error updating load balancer with new hosts ${nodeNames(nodes)} [node names limited, total number of nodes: ${nodes.length}], error: ${errorText(error)}`,
    );
    return true;
  }
}

function nodeNames(nodes: readonly Node[]): string {
  const names = nodes.map((node) => node.metadata?.name ?? '').toSorted();
  const shown = names.slice(0, maxNodeNames);
  const hidden = names.length - shown.length;
  return `[${[...shown, ...(hidden > 0 ? [`<${hidden} more>`] : [])].join(' ')}]`;
}

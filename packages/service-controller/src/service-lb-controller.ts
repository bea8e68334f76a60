import { EventSource } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, Logger, Node, ProviderChange, Service } from '@k8s-ccm/cloud-provider';
import type {
  Clock,
  EventRecorder,
  Informer,
  KubeClient,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';
import { ServiceController } from './service-controller.ts';

/** What the controller reads of the context in which a manager starts it. */
export interface ServiceControllerContext {
  readonly provider: CloudProvider;
  /** `--cluster-name`. */
  readonly clusterName: string;
  readonly flags: { readonly 'concurrent-service-syncs': number };
  readonly client: KubeClient;
  readonly informers: {
    readonly services: Informer<Service>;
    readonly nodes: Informer<Node>;
  };
  recorder(component: string): EventRecorder;
  /** Where a manager has it: lets events wait while the function says so. */
  readonly holdEventsWhile?: (busy: () => boolean) => void;
  /** Where a manager has it: calls back when the provider has another configuration or other credentials. */
  readonly onProviderChange?: (listener: (change: ProviderChange) => void) => void;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * The service controller under upstream's names, as a manager starts it (contract.md#service-controller). A provider
 * without load balancers skips it.
 */
export const serviceLbController = {
  name: 'service-lb-controller',
  aliases: ['service'],
  identity: 'service-controller',
  start(
    context: ServiceControllerContext,
  ):
    | { readonly kind: 'running'; readonly done: Promise<void> }
    | { readonly kind: 'skipped'; readonly reason: string } {
    const { holdEventsWhile, onProviderChange } = context;
    const { loadBalancer } = context.provider;
    if (loadBalancer === undefined) {
      return { kind: 'skipped', reason: 'the cloud provider has no load balancers' };
    }
    const controller = new ServiceController({
      loadBalancer,
      services: context.client.services,
      serviceInformer: context.informers.services,
      nodeInformer: context.informers.nodes,
      recorder: context.recorder(EventSource.ServiceController),
      ...(holdEventsWhile === undefined ? {} : { holdEventsWhile }),
      ...(onProviderChange === undefined ? {} : { onProviderChange }),
      clusterName: context.clusterName,
      concurrency: context.flags['concurrent-service-syncs'],
      clock: context.clock,
      log: context.log,
      metrics: context.metrics,
    });
    return { kind: 'running', done: controller.run(context.signal) };
  },
} as const;

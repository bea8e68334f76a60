import { EventSource } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, Logger, Node, ProviderChange } from '@k8s-ccm/cloud-provider';
import type {
  Clock,
  EventRecorder,
  Informer,
  KubeClient,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';
import { parseClusterCidrs } from './cluster-cidrs.ts';
import { RouteController } from './route-controller.ts';

/** The feature gate that lets changes of Nodes start a run; on by default here, unlike upstream. */
const watchGate = 'CloudControllerManagerWatchBasedRoutesReconciliation';

/** What the controller reads of the context in which a manager starts it. */
export interface RouteControllerContext {
  readonly provider: CloudProvider;
  /** `--cluster-name`. */
  readonly clusterName: string;
  readonly flags: {
    readonly 'cluster-cidr': string;
    readonly 'configure-cloud-routes': boolean;
    /** Milliseconds. */
    readonly 'route-reconciliation-period': number;
    /** By name. */
    readonly 'feature-gates': Readonly<Record<string, boolean>>;
  };
  readonly client: KubeClient;
  readonly informers: { readonly nodes: Informer<Node> };
  recorder(component: string): EventRecorder;
  /** Where a manager has it: calls back when the provider has another configuration or other credentials. */
  readonly onProviderChange?: (listener: (change: ProviderChange) => void) => void;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * The route controller under upstream's names, as a manager starts it (contract.md#route-controller). It is skipped
 * where no routes are wanted, where the provider has none, and, unlike upstream, which ends the
 * process, where `--cluster-cidr` does not say which routes are the cluster's.
 */
export const nodeRouteController = {
  name: 'node-route-controller',
  aliases: ['route'],
  identity: 'route-controller',
  /** @throws ControllerConfigError for a `--cluster-cidr` that cannot be */
  start(
    context: RouteControllerContext,
  ):
    | { readonly kind: 'running'; readonly done: Promise<void> }
    | { readonly kind: 'skipped'; readonly reason: string; readonly asConfigured?: boolean } {
    const { flags, provider, onProviderChange } = context;
    if (!flags['configure-cloud-routes']) {
      return { kind: 'skipped', reason: '--configure-cloud-routes is false', asConfigured: true };
    }
    const { routes } = provider;
    if (routes === undefined) {
      return {
        kind: 'skipped',
        reason:
          'cloud provider does not support routes; --configure-cloud-routes=false says that none are wanted',
      };
    }
    const clusterCidrs = parseClusterCidrs(flags['cluster-cidr']);
    if (clusterCidrs.length === 0) {
      return {
        kind: 'skipped',
        reason:
          "--cluster-cidr is empty: set it to the range of the cluster's pods to have routes to them, or set --configure-cloud-routes=false",
      };
    }
    const controller = new RouteController({
      routes,
      clusterName: context.clusterName,
      clusterCidrs,
      nodes: context.client.nodes,
      nodeInformer: context.informers.nodes,
      recorder: context.recorder(EventSource.RouteController),
      periodMs: flags['route-reconciliation-period'],
      watch: flags['feature-gates'][watchGate] ?? true,
      clock: context.clock,
      log: context.log,
      metrics: context.metrics,
      ...(onProviderChange === undefined ? {} : { onProviderChange }),
    });
    return { kind: 'running', done: controller.run(context.signal) };
  },
} as const;

import { EventSource } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, Logger, Node, ProviderChange } from '@k8s-ccm/cloud-provider';
import type {
  Clock,
  EventRecorder,
  Informer,
  KubeClient,
  MetricsRegistry,
  Random,
} from '@k8s-ccm/controller-runtime';
import { NodeController } from './node-controller.ts';

/** What the controller reads of the context in which a manager starts it. */
export interface NodeControllerContext {
  readonly provider: CloudProvider;
  readonly flags: {
    readonly 'concurrent-node-syncs': number;
    readonly 'concurrent-node-status-updates': number;
    /** Milliseconds. */
    readonly 'node-status-update-frequency': number;
  };
  readonly client: KubeClient;
  readonly informers: { readonly nodes: Informer<Node> };
  recorder(component: string): EventRecorder;
  /** Lets events wait while the controller says that it is busy. */
  readonly holdEventsWhile?: (busy: () => boolean) => void;
  /** Where a manager has it: calls back when the provider has another configuration or other credentials. */
  readonly onProviderChange?: (listener: (change: ProviderChange) => void) => void;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * The node controller under upstream's names, as a manager starts it (contract.md#node-controller). A provider
 * without instances skips it.
 */
export const cloudNodeController = {
  name: 'cloud-node-controller',
  aliases: ['cloud-node'],
  identity: 'node-controller',
  start(
    context: NodeControllerContext,
  ):
    | { readonly kind: 'running'; readonly done: Promise<void> }
    | { readonly kind: 'skipped'; readonly reason: string } {
    const { instances } = context.provider;
    if (instances === undefined) {
      return { kind: 'skipped', reason: 'cloud provider does not support instances' };
    }
    const { holdEventsWhile, onProviderChange } = context;
    const controller = new NodeController({
      instances,
      nodes: context.client.nodes,
      nodeInformer: context.informers.nodes,
      recorder: context.recorder(EventSource.NodeController),
      concurrency: context.flags['concurrent-node-syncs'],
      statusConcurrency: context.flags['concurrent-node-status-updates'],
      statusPeriodMs: context.flags['node-status-update-frequency'],
      clock: context.clock,
      random: context.random,
      log: context.log,
      metrics: context.metrics,
      ...(holdEventsWhile === undefined ? {} : { holdEventsWhile }),
      ...(onProviderChange === undefined ? {} : { onProviderChange }),
    });
    return { kind: 'running', done: controller.run(context.signal) };
  },
} as const;

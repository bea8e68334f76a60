import { EventSource } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, Logger, Node } from '@k8s-ccm/cloud-provider';
import type {
  Clock,
  EventRecorder,
  Informer,
  KubeClient,
  MetricsRegistry,
  Random,
} from '@k8s-ccm/controller-runtime';
import type { DeletionProof } from './decide.ts';
import { parseDeletionBudget } from './deletion-budget.ts';
import { NodeLifecycleController } from './node-lifecycle-controller.ts';

/** What the controller reads of the context in which a manager starts it. */
export interface NodeLifecycleControllerContext {
  readonly provider: CloudProvider;
  readonly flags: {
    /** Milliseconds between two rounds. */
    readonly 'node-monitor-period': number;
    readonly 'node-deletion-proof': DeletionProof;
    /** Milliseconds for which a new Node is not deleted. */
    readonly 'node-deletion-grace': number;
    /** See `parseDeletionBudget`. */
    readonly 'node-deletion-budget': string;
  };
  readonly client: KubeClient;
  readonly informers: { readonly nodes: Informer<Node> };
  recorder(component: string): EventRecorder;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * The node lifecycle controller under upstream's names, as a manager starts it (contract.md#node-lifecycle-controller). A
 * provider without instances skips it.
 */
export const cloudNodeLifecycleController = {
  name: 'cloud-node-lifecycle-controller',
  aliases: ['cloud-node-lifecycle'],
  identity: 'node-controller',
  /** @throws DeletionBudgetError where the flag's text is no budget */
  start(
    context: NodeLifecycleControllerContext,
  ):
    | { readonly kind: 'running'; readonly done: Promise<void> }
    | { readonly kind: 'skipped'; readonly reason: string } {
    const { instances } = context.provider;
    if (instances === undefined) {
      return { kind: 'skipped', reason: 'cloud provider does not support instances' };
    }
    const { flags } = context;
    const controller = new NodeLifecycleController({
      instances,
      nodes: context.client.nodes,
      nodeInformer: context.informers.nodes,
      recorder: context.recorder(EventSource.NodeLifecycleController),
      proof: flags['node-deletion-proof'],
      monitorPeriodMs: flags['node-monitor-period'],
      graceMs: flags['node-deletion-grace'],
      budget: parseDeletionBudget(flags['node-deletion-budget']),
      clock: context.clock,
      random: context.random,
      log: context.log,
      metrics: context.metrics,
    });
    return { kind: 'running', done: controller.run(context.signal) };
  },
} as const;

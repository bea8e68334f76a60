import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Instances, Logger, Node } from '@k8s-ccm/cloud-provider';
import { ContractController } from '@k8s-ccm/contract-testing';
import { systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import type { Clock, KubeClient, ResourceClient } from '@k8s-ccm/controller-runtime';
import { NodeLifecycleController, parseDeletionBudget } from '@k8s-ccm/node-lifecycle-controller';
import type { DeletionProof } from '@k8s-ccm/node-lifecycle-controller';

/** How a test runs the controller. */
export interface RunningControllerOptions {
  readonly instances: Instances | undefined;
  /** Default `none`. */
  readonly proof?: DeletionProof;
  /** Default 20. */
  readonly monitorPeriodMs?: number;
  /** Default 0. */
  readonly graceMs?: number;
  /** Default `100%`. */
  readonly budget?: string;
  /** Default the real one; the informer and the events always have that. */
  readonly clock?: Clock;
  /** Changes what the controller's writes do, for example to have them refused. */
  readonly nodes?: (
    client: KubeClient,
  ) => Pick<ResourceClient<Node>, 'get' | 'list' | 'patch' | 'delete'>;
  readonly log?: Logger;
}

/** The node lifecycle controller in this process, on a real API server. */
export class RunningController extends ContractController {
  protected readonly controller: NodeLifecycleController;

  constructor(client: KubeClient, options: RunningControllerOptions) {
    if (options.instances === undefined) throw new Error('the provider has no instances');
    super(client, { freeze: true });
    this.controller = new NodeLifecycleController({
      instances: options.instances,
      nodes: options.nodes?.(client) ?? client.nodes,
      nodeInformer: this.nodes,
      recorder: this.events.recorder('cloud-node-lifecycle-controller'),
      proof: options.proof ?? 'none',
      monitorPeriodMs: options.monitorPeriodMs ?? 20,
      graceMs: options.graceMs ?? 0,
      budget: parseDeletionBudget(options.budget ?? '100%'),
      clock: options.clock ?? systemClock,
      random: systemRandom,
      log: options.log ?? silentLogger,
      metrics: this.metrics,
    });
  }
}

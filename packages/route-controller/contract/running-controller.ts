import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { FakeCall, FakeCloudProvider, FakeOperation } from '@k8s-ccm/cloud-provider/testing';
import { ContractController, until } from '@k8s-ccm/contract-testing';
import { systemClock, trimNode } from '@k8s-ccm/controller-runtime';
import type { Clock, KubeClient } from '@k8s-ccm/controller-runtime';
import { RouteController, parseClusterCidrs } from '@k8s-ccm/route-controller';

/** How a test runs the controller. */
export interface RunningControllerOptions {
  readonly provider: FakeCloudProvider;
  /** Default `10.244.0.0/16,fd00:10::/48`. */
  readonly clusterCidr?: string;
  /** Default 100 ms, so that runs follow one another. */
  readonly periodMs?: number;
  /** Default true. */
  readonly watch?: boolean;
  /** The controller's clock; default the real one. The informer and the events keep the real one. */
  readonly clock?: Clock;
}

/** The route controller in this process, on a real API server, with a provider that a test programs. */
export class RunningController extends ContractController {
  readonly provider: FakeCloudProvider;
  protected readonly controller: RouteController;

  constructor(client: KubeClient, options: RunningControllerOptions) {
    const { provider, clusterCidr = '10.244.0.0/16,fd00:10::/48' } = options;
    if (provider.routes === undefined) throw new Error('the provider has no routes');
    super(client, { trim: trimNode, freeze: true });
    this.provider = provider;
    this.controller = new RouteController({
      routes: provider.routes,
      clusterName: 'east',
      clusterCidrs: parseClusterCidrs(clusterCidr),
      nodes: client.nodes,
      nodeInformer: this.nodes,
      recorder: this.events.recorder('route_controller'),
      periodMs: options.periodMs ?? 100,
      watch: options.watch ?? true,
      clock: options.clock ?? systemClock,
      log: silentLogger,
      metrics: this.metrics,
    });
  }

  /** The calls of one kind, oldest first. */
  calls(operation: FakeOperation): readonly FakeCall[] {
    return this.provider.calls({ operation });
  }

  /** Creations and deletions so far, as `create-route node-a 10.244.1.0/24`; oldest first. */
  get changes(): readonly string[] {
    return this.provider
      .calls()
      .filter(({ operation }) => operation !== 'list-routes')
      .map(({ operation, node = '', route }) => `${operation} ${node} ${route?.destinationCIDR}`);
  }

  /** The routes that the cloud has, as `node-a 10.244.1.0/24`, sorted. */
  get table(): readonly string[] {
    return this.provider.routeTable
      .map(({ targetNode, destinationCIDR }) => `${targetNode} ${destinationCIDR}`)
      .toSorted();
  }

  /** Waits until a run has begun and ended, all its writes done: one run never begins before the other has ended. */
  async ran(): Promise<void> {
    const lists = this.calls('list-routes').length;
    await until('another run has ended', () => this.calls('list-routes').length >= lists + 2);
  }
}

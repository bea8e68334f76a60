import {
  NodeEventReason,
  NodePendingError,
  RouteDoubtError,
  RouteMetricName,
  errorText,
  formatGoDuration,
} from '@k8s-ccm/cloud-provider';
import type { Logger, Node, Route, RouteCallOptions, Routes } from '@k8s-ccm/cloud-provider';
import { canonicalCidr, formatCidr } from '@k8s-ccm/foundation';
import type { Cidr } from '@k8s-ccm/foundation';
import { ParallelLimit, isNotFound } from '@k8s-ccm/controller-runtime';
import type {
  Clock,
  Counter,
  EventRecorder,
  MetricsRegistry,
  OwnWrites,
  ResourceClient,
  Store,
} from '@k8s-ccm/controller-runtime';
import { blockedText } from './blocked-text.ts';
import { networkUnavailablePatch } from './network-unavailable.ts';
import type { Reachability } from './network-unavailable.ts';
import { planRoutes } from './plan-routes.ts';
import type { NodePlan } from './plan-routes.ts';
import { RouteSyncError } from './route-sync-error.ts';

/** Calls of one kind in flight at once: creations and deletions together, and likewise the writes of Nodes (contract.md#route-reconcile). */
const maxInFlight = 200;

/** What {@link RouteSync} works with. */
export interface RouteSyncOptions {
  readonly routes: Routes;
  /** `--cluster-name`. */
  readonly clusterName: string;
  /** The ranges of `--cluster-cidr`. */
  readonly clusterCidrs: readonly Cidr[];
  /** The client that shows on Nodes whether routes lead to them. */
  readonly nodes: Pick<ResourceClient<Node>, 'patch'>;
  readonly store: Pick<Store<Node>, 'list'>;
  readonly ownWrites: Pick<OwnWrites<Node>, 'newest' | 'wrote'>;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
}

/** One run, and what has become of it. */
interface Run {
  /** Comes with every call: the Nodes that the run is about, and what ends it. */
  readonly call: RouteCallOptions;
  /** What went wrong so far. */
  readonly failures: unknown[];
  /** Destinations that a deletion has failed to make free, and why. */
  readonly occupied: Map<string, unknown>;
}

/** Makes the cloud's routes what the Nodes need, and shows on each Node whether it is reachable (contract.md#route-reconcile). */
export class RouteSync {
  readonly #options: RouteSyncOptions;
  readonly #calls = new ParallelLimit(maxInFlight);
  readonly #writes = new ParallelLimit(maxInFlight);
  readonly #runs: Counter | undefined;
  /** What the last run has found to keep routes from Nodes, so that it is not logged in each run. */
  #told: ReadonlySet<string> = new Set();

  constructor(options: RouteSyncOptions) {
    this.#options = options;
    this.#runs = options.metrics?.counter({
      name: RouteMetricName.RouteSyncTotal,
      help: 'A metric counting the amount of times routes have been synced with the cloud provider.',
      stability: 'ALPHA',
    });
  }

  /**
   * One run: everything is read, then what is wrong is deleted, then what is missing is created, so
   * that no destination ever has two routes of ours. Settles when the last call has ended.
   *
   * @throws RouteSyncError where anything failed; the rest is done even so
   * @throws the signal's reason once it has aborted
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#runs?.inc();
    const { store, clusterCidrs } = this.#options;
    const nodes = store.list();
    const run: Run = { call: { signal, nodes }, failures: [], occupied: new Map() };
    const plan = planRoutes({ routes: await this.#list(run), nodes, clusterCidrs });
    await Promise.all(plan.remove.map((route) => this.#delete(route, run)));
    signal.throwIfAborted();
    this.#told = new Set(
      plan.nodes.flatMap((nodePlan) => [
        ...this.#tellBlocked(nodePlan),
        ...this.#tellOutside(nodePlan),
      ]),
    );
    await Promise.all(plan.nodes.map((nodePlan) => this.#serve(nodePlan, run)));
    signal.throwIfAborted();
    const { failures } = run;
    if (failures.length > 0) {
      throw new RouteSyncError('not all routes are as they should be', failures);
    }
  }

  async #list({ call }: Run): Promise<readonly Route[]> {
    try {
      return await this.#options.routes.list(this.#options.clusterName, call);
    } catch (error) {
      throw new RouteSyncError('error listing routes', [error]);
    }
  }

  async #delete(route: Route, { call, failures, occupied }: Run): Promise<void> {
    const { routes, clusterName, log } = this.#options;
    const { name, targetNode, destinationCIDR } = route;
    const fields = { route: name, node: targetNode, destinationCIDR };
    try {
      await this.#calls.run(() => {
        call.signal.throwIfAborted();
        return routes.delete(clusterName, route, call);
      });
      log.info('route deleted', fields);
    } catch (error) {
      if (call.signal.aborted) return;
      log.warn('route not deleted', { ...fields, error });
      failures.push(error);
      occupied.set(canonicalCidr(destinationCIDR), error);
    }
  }

  /** Gives what was told, one text for each route that is in the way. */
  #tellBlocked({ node, blocked }: NodePlan): readonly string[] {
    return blocked.map((route) => {
      const { destinationCIDR, by, reason } = route;
      const key = [node.metadata?.uid, destinationCIDR, by.name, by.targetNode, reason].join(' ');
      if (!this.#told.has(key)) {
        const fields = { node: node.metadata?.name, destinationCIDR, by: by.name, reason };
        this.#options.log.warn('route not created, another is in the way', fields);
      }
      this.#tell(node, destinationCIDR, 0, blockedText(route));
      return key;
    });
  }

  /** Gives what was told, one text for each pod CIDR outside of the cluster's ranges. */
  #tellOutside({ node, outside }: NodePlan): readonly string[] {
    return outside.map((destinationCIDR) => {
      const ranges = this.#options.clusterCidrs.map(formatCidr).join(',');
      const key = [node.metadata?.uid, destinationCIDR, 'outside'].join(' ');
      if (!this.#told.has(key)) {
        const fields = { node: node.metadata?.name, destinationCIDR, clusterCidr: ranges };
        this.#options.log.warn('route not created, it lies outside of --cluster-cidr', fields);
      }
      this.#tell(node, destinationCIDR, 0, `it lies outside of --cluster-cidr (${ranges})`);
      return key;
    });
  }

  /** Creates what the Node lacks, and shows the result. One Node does not wait for another. */
  async #serve({ node, add, reachable }: NodePlan, run: Run): Promise<void> {
    if (reachable === undefined) return;
    const created = await Promise.all(add.map((route) => this.#create(node, route, run)));
    await this.#show(node, reachable ? ofAll(created) : 'no', run);
  }

  /** Gives whether the route is there now. */
  async #create(
    node: Node,
    route: Route,
    { call, failures, occupied }: Run,
  ): Promise<Reachability> {
    const { routes, clusterName, clock, log } = this.#options;
    const { destinationCIDR } = route;
    const fields = { node: route.targetNode, destinationCIDR };
    const startedAt = clock.monotonic();
    try {
      await this.#calls.run(async () => {
        call.signal.throwIfAborted();
        const undeleted = occupied.get(canonicalCidr(destinationCIDR));
        if (undeleted !== undefined) {
          throw new RouteSyncError('the old route could not be deleted', [undeleted]);
        }
        await routes.create(clusterName, node.metadata?.uid ?? '', route, call);
      });
      log.info('route created', fields);
      return 'yes';
    } catch (error) {
      if (call.signal.aborted) return 'no';
      if (error instanceof NodePendingError) {
        log.debug('route not created yet, the node is not initialized', fields);
        return 'no';
      }
      log.warn('route not created', { ...fields, error });
      failures.push(error);
      const durationMs = Math.round(clock.monotonic() - startedAt);
      this.#tell(node, destinationCIDR, durationMs, errorText(error));
      return error instanceof RouteDoubtError ? 'unknown' : 'no';
    }
  }

  #tell(node: Node, destination: string, durationMs: number, why: string): void {
    const { uid = '', name = '' } = node.metadata ?? {};
    this.#options.recorder.event(
      node,
      'Warning',
      NodeEventReason.FailedToCreateRoute,
      `Could not create route ${uid} ${destination} for node ${name} after ${formatGoDuration(durationMs)}: ${why}`,
    );
  }

  async #show(node: Node, reachable: Reachability, { call, failures }: Run): Promise<void> {
    const { signal } = call;
    const { nodes, ownWrites, clock, log } = this.#options;
    const { name = '', uid } = node.metadata ?? {};
    try {
      await this.#writes.run(async () => {
        // Somebody else may have written the condition meanwhile, or it is another Node by now.
        const current = await ownWrites.newest(name, { signal });
        if (signal.aborted || current === undefined || current.metadata?.uid !== uid) return;
        const patch = networkUnavailablePatch(current, reachable, clock.now());
        if (patch === undefined) return;
        const options = { type: 'strategic', subresource: 'status', signal } as const;
        ownWrites.wrote(await nodes.patch({ name }, patch, options));
        log.info('node condition written', { node: name, networkUnavailable: reachable !== 'yes' });
      });
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      log.warn('node condition not written', { node: name, error });
      failures.push(error);
    }
  }
}

/** Whether all routes lead to a Node, by what is known of each. */
function ofAll(routes: readonly Reachability[]): Reachability {
  return (['no', 'unknown'] as const).find((worst) => routes.includes(worst)) ?? 'yes';
}

import { errorText } from '@k8s-ccm/cloud-provider';
import { canonicalCidr, formatCidr, parseCidr } from '@k8s-ccm/foundation';
import type {
  Logger,
  Route as ListedRoute,
  RouteCallOptions,
  Routes,
} from '@k8s-ccm/cloud-provider';
import type { Clock, Route, RouteSpec, Server, VpcClient } from '@k8s-ccm/inspur-sdk';
import type { InstanceDirectory } from '@k8s-ccm/provider-kit';

import type { NodeServers } from '../servers/node-servers.ts';
import { FullTable } from './full-table.ts';
import { DoubtfulRoutes } from './doubtful-routes.ts';
import { GoneServers } from './gone-servers.ts';
import type { ServerPresence } from './gone-servers.ts';
import { leadsToServer, listedRoutes } from './listed-routes.ts';
import { OwnRoutes } from './own-routes.ts';
import { describeRoute, describeRouteError, isRefusal, RouteTargetError } from './route-errors.ts';
import { isMarkOf, routeMark } from './route-mark.ts';
import { planRoute } from './route-plan.ts';
import { refusalOf, unreadableRoute } from './route-refusal.ts';
import type { WantedRoute } from './route-refusal.ts';
import { RouteTable } from './route-table.ts';
import { routeTarget } from './route-target.ts';
import type { TableView } from './table-view.ts';
import { Turns } from './turns.ts';

/** What {@link InspurRoutes} works with. */
export interface InspurRoutesOptions {
  readonly vpc: VpcClient;
  /** The table of the nodes. */
  readonly routeTableId: string;
  /** The servers of the account. */
  readonly directory: InstanceDirectory<Server>;
  /** Which server each Node is. */
  readonly servers: NodeServers;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends what several calls share. */
  readonly signal: AbortSignal;
}

/**
 * The routes to the pods in one route table of a VPC. Whose a route is stands in its description; what does not carry
 * our mark is never deleted. A route cannot be changed: one that leads to the wrong server is deleted and made anew.
 */
export class InspurRoutes implements Routes {
  readonly #vpc: VpcClient;
  readonly #routeTableId: string;
  readonly #servers: NodeServers;
  readonly #log: Logger;
  readonly #table: RouteTable;
  readonly #gone: GoneServers;
  readonly #full = new FullTable();
  readonly #own = new OwnRoutes();
  readonly #doubtful: DoubtfulRoutes;
  readonly #turns = new Turns();

  constructor(options: InspurRoutesOptions) {
    const { clock, directory, log, routeTableId, servers, signal, vpc } = options;
    this.#vpc = vpc;
    this.#routeTableId = routeTableId;
    this.#servers = servers;
    this.#log = log;
    this.#table = new RouteTable({ vpc, routeTableId, clock, log, signal });
    this.#gone = new GoneServers(directory, clock);
    this.#doubtful = new DoubtfulRoutes({ routeTableId, log });
  }

  /**
   * @throws RouteDoubtError where the table cannot be read whole
   * @throws RouteCallError where the call failed
   */
  async list(
    clusterName: string,
    { nodes, signal }: RouteCallOptions,
  ): Promise<readonly ListedRoute[]> {
    const { routes } = await this.#look(signal);
    const ours = routes.filter(({ description }) => isMarkOf(description, clusterName));
    const { gone, present } = await this.#presence(ours, signal);
    const listed = listedRoutes(routes, {
      clusterName,
      nodes,
      goneServers: gone,
      provenRoutes: this.#own,
    });
    this.#own.looked(listed);
    const alive = new Set(
      routes.filter(({ nextHopId }) => present.has(nextHopId)).map(({ routeId }) => routeId),
    );
    this.#doubtful.looked(
      clusterName,
      listed.filter(({ name, ownership }) => ownership === 'doubtful' && alive.has(name)),
    );
    return listed;
  }

  /**
   * Adds the route unless one leads there already, whoever made it.
   *
   * @throws RouteConflictError where a route to the destination leads elsewhere
   * @throws RouteTargetError where the Node leads to no server, or the destination is no CIDR
   * @throws RouteDoubtError where what cannot be read may be a route to the destination
   * @throws RouteCallError where a call failed
   * @throws NodePendingError, InstanceDoubtError as `routeTarget` does
   */
  async create(
    clusterName: string,
    _nameHint: string,
    route: ListedRoute,
    { nodes, signal }: RouteCallOptions,
  ): Promise<void> {
    const { destinationCIDR, targetNode } = route;
    const cidr = parseCidr(destinationCIDR);
    if (cidr === undefined) throw new RouteTargetError(`"${destinationCIDR}" is no CIDR`);
    const node = nodes.find(({ metadata }) => metadata?.name === targetNode);
    if (node === undefined) throw new RouteTargetError(`there is no node "${targetNode}"`);
    const spec: RouteSpec = {
      routeTableId: this.#routeTableId,
      destination: formatCidr(cidr),
      nextHopId: await routeTarget(node, this.#servers, signal),
      description: routeMark(clusterName, targetNode),
    };
    // Two that have seen the same table would both add theirs.
    await this.#turns.take(spec.destination, () => this.#add({ clusterName, spec }, signal));
  }

  /**
   * Deletes a route of ours, as it was listed; one that is gone, or is not what was listed any more, is left.
   *
   * @throws RouteDoubtError where it cannot be told whether the route is there, and ours
   * @throws RouteCallError where a call failed
   */
  async delete(
    clusterName: string,
    { destinationCIDR, name }: ListedRoute,
    { signal }: RouteCallOptions,
  ): Promise<void> {
    const route = this.#find(await this.#look(signal), name);
    if (route === undefined) return;
    const { description, destination } = route;
    const isAsListed = canonicalCidr(destination) === canonicalCidr(destinationCIDR);
    if (!isAsListed || !isMarkOf(description, clusterName)) {
      this.#log.warn('a route is not deleted: it is another one than was listed', {
        route: describeRoute(route),
        destination,
      });
      return;
    }
    try {
      await this.#table.remove(() =>
        this.#vpc.deleteRoute(name, { signal, lane: 'load-balancer' }),
      );
    } catch (error) {
      // Not on the word of a refusal alone: the table tells.
      if (isRefusal(error) && this.#find(await this.#look(signal), name) === undefined) return;
      throw describeRouteError(error, `route ${describeRoute(route)} to ${destination}`);
    }
  }

  async #add(wanted: WantedRoute, signal: AbortSignal): Promise<void> {
    if (await this.#isThere(wanted, signal)) return;
    const { spec } = wanted;
    try {
      await this.#full.add(async () => {
        const { routeId } = await this.#vpc.addRoute(spec, { signal, lane: 'load-balancer' });
        this.#own.made(routeId);
      });
      this.#gone.acquit(spec.nextHopId);
    } catch (error) {
      // What the codes of a refusal mean is not published: the table tells.
      if (isRefusal(error) && (await this.#isThere(wanted, signal, error))) return;
      const target = `route to ${spec.destination} by server "${spec.nextHopId}" in route table "${this.#routeTableId}"`;
      throw describeRouteError(error, target);
    }
  }

  async #look(signal: AbortSignal): Promise<TableView> {
    try {
      return await this.#table.look(signal);
    } catch (error) {
      throw describeRouteError(error, `route table "${this.#routeTableId}"`);
    }
  }

  /** Whether the table has it; throws what stands in the way of adding it. */
  async #isThere(wanted: WantedRoute, signal: AbortSignal, cause?: unknown): Promise<boolean> {
    const plan = planRoute(wanted.spec, await this.#look(signal));
    if (plan.kind === 'done') return true;
    const refusal = refusalOf(plan, wanted, cause);
    if (refusal !== undefined) throw refusal;
    return false;
  }

  /** A route by its id; `undefined` where it surely is not there. */
  #find(table: TableView, routeId: string): Route | undefined {
    const route = table.get(routeId);
    const hidden = route === undefined ? table.mayBe(routeId) : undefined;
    if (hidden !== undefined) {
      throw unreadableRoute(this.#routeTableId, `the route "${routeId}"`, hidden);
    }
    return route;
  }

  /** Nothing if the servers cannot be read: the routes are of use without it. */
  async #presence(routes: readonly Route[], signal: AbortSignal): Promise<ServerPresence> {
    const serverIds = routes.filter(leadsToServer).map(({ nextHopId }) => nextHopId);
    try {
      return await this.#gone.among(serverIds, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#log.warn('cannot tell whether routes lead to servers that are gone', {
        error: errorText(error),
      });
      return { gone: new Set(), present: new Set() };
    }
  }
}

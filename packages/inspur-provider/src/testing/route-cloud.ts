import type { Node, Route as ListedRoute, RouteCallOptions, Routes } from '@k8s-ccm/cloud-provider';
import type { Clock, InspurClient, Route } from '@k8s-ccm/inspur-sdk';

import { createInspurProvider } from '../inspur-provider.ts';
import type { EmulatedServers } from './server-cloud.ts';
import { configFor } from './emulated-cloud.ts';
import { LogLines } from './log-lines.ts';
import { clusterName, tableId, wantedRoute } from './route-fixtures.ts';

/** The part of a running emulator that tests of routes use. */
export interface EmulatedRoutes extends EmulatedServers {
  state(): ReturnType<EmulatedServers['state']> & { readonly routes: readonly Route[] };
}

/** The routes of a provider for an emulator, with its log. */
export class RouteCloud implements AsyncDisposable {
  readonly log = new LogLines();
  readonly routes: Routes;
  readonly #cloud: EmulatedRoutes;
  readonly #close: () => Promise<void>;
  #seen = 0;

  /** `client`: in place of one of the provider's own. */
  constructor(
    cloud: EmulatedRoutes,
    {
      client,
      clock,
      table = tableId,
    }: { readonly client?: InspurClient; readonly clock?: Clock; readonly table?: string } = {},
  ) {
    const config = configFor(cloud);
    const { ecsUrl: ecs, slbUrl: slb, vpcUrl: vpc } = cloud;
    const provider = createInspurProvider({
      log: this.log,
      ...(client === undefined ? {} : { client }),
      ...(clock === undefined ? {} : { clock }),
      config: {
        ...config,
        endpoints: { slb, ecs, vpc },
        network: { ...config.network, routeTableId: table },
      },
    });
    if (provider.routes === undefined) throw new Error('the provider has no routes');
    this.routes = provider.routes;
    this.#cloud = cloud;
    this.#close = async () => await provider.close?.();
  }

  list(nodes: readonly Node[] = [], signal?: AbortSignal): Promise<readonly ListedRoute[]> {
    return this.routes.list(clusterName, this.#options(nodes, signal));
  }

  /** Makes the route to the pods of `node-<n>`. */
  create(n: number, nodes: readonly Node[], route = wantedRoute(n)): Promise<void> {
    return this.routes.create(clusterName, `uid-${n}`, route, this.#options(nodes));
  }

  delete(route: ListedRoute): Promise<void> {
    return this.routes.delete(clusterName, route, this.#options([]));
  }

  /** What stands in the table, `<id> <destination> -> <next hop> <description>`; ids that the cloud chose are left out. */
  get picture(): readonly string[] {
    return this.#cloud
      .state()
      .routes.map(
        ({ description, destination, nextHopId, routeId }) =>
          `${routeId.replace(/^route-\d+$/, 'new')} ${destination} -> ${nextHopId} ${description}`,
      )
      .toSorted();
  }

  /** The operations that were called since the last time. */
  operations(): readonly string[] {
    const { next, calls } = this.#cloud.calls(this.#seen);
    this.#seen = next;
    return calls.map(({ operation }) => operation);
  }

  /** What the log warns of. */
  get warnings(): readonly string[] {
    return this.log.lines.filter(
      (line) => /^(?:warn|error)/.test(line) && !line.includes('without TLS'),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  #options(
    nodes: readonly Node[],
    signal: AbortSignal = new AbortController().signal,
  ): RouteCallOptions {
    return { nodes, signal };
  }
}

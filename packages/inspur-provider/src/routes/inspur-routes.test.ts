import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Route, VpcClient } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { serverDirectory } from '../instances/server-directory.ts';
import { failureOf } from '../testing/pictured-routes.ts';
import { clusterName, routedNode, wantedRoute } from '../testing/route-fixtures.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { InspurRoutes } from './inspur-routes.ts';

/** A table that takes any number of routes to one destination, as no promise of the cloud says that it does not. */
function lenientTable({ refused }: { readonly refused?: string } = {}) {
  const routes: Route[] = [];
  const vpc: VpcClient = {
    listVpcs: async () => [],
    listRoutes: async () => ({ routes: [...routes], skipped: [], complete: true, calls: 1 }),
    addRoute: async (spec) => {
      if (spec.nextHopId === refused) throw new Error('refused');
      const route = { ...spec, routeId: `route-${routes.length}`, nextHopType: 'ECS' };
      routes.push(route);
      return route;
    },
    deleteRoute: async () => undefined,
  };
  const context = {
    clock: new VirtualClock(5000),
    log: silentLogger,
    signal: new AbortController().signal,
  };
  const ecs = {
    listServers: async () => ({ servers: [], skipped: [], complete: true, calls: 1 }),
  };
  const servers = serverDirectory({ ...context, ecs });
  return {
    routes,
    provider: new InspurRoutes({ ...context, vpc, servers, routeTableId: 'rtb-1' }),
  };
}

describe('two creations at the same moment to one destination', () => {
  const nodes = [routedNode(1), routedNode(2)];
  const options = { nodes, signal: new AbortController().signal };

  it('make one route, where they are for one node', async () => {
    const { provider, routes } = lenientTable();
    const written = ['10.244.1.0/24', '10.244.1.7/24'];
    await Promise.all(
      written.map((cidr) => provider.create(clusterName, '', wantedRoute(1, cidr), options)),
    );
    expect(routes.map(({ destination }) => destination)).toEqual(['10.244.1.0/24']);
  });

  it('make one route, where they are for two nodes, and the other one names it', async () => {
    const { provider, routes } = lenientTable();
    const failures = await Promise.all(
      [1, 2].map((n) =>
        failureOf(provider.create(clusterName, '', wantedRoute(n, '10.244.1.0/24'), options)),
      ),
    );
    expect(failures).toEqual([
      undefined,
      expect.objectContaining({ name: 'RouteConflictError', route: routes[0] }),
    ]);
    expect(routes).toHaveLength(1);
  });

  it('leave the second its turn where the first has failed', async () => {
    const { provider, routes } = lenientTable({ refused: 'i-1' });
    const failures = await Promise.all(
      [1, 2].map((n) =>
        failureOf(provider.create(clusterName, '', wantedRoute(n, '10.244.1.0/24'), options)),
      ),
    );
    expect(failures).toEqual([new Error('refused'), undefined]);
    expect(routes).toHaveLength(1);
  });
});

import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Route, VpcClient } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { NodeServers } from '../servers/node-servers.ts';
import { serverDirectory } from '../servers/server-directory.ts';
import { failureOf } from '../testing/pictured-routes.ts';
import { clusterName, routedNode, wantedRoute } from '../testing/route-fixtures.ts';
import { buildServer } from '../testing/server-fixtures.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { InspurRoutes } from './inspur-routes.ts';

/** A table that takes any number of routes to one destination, as no promise of the cloud says that it does not. */
function lenientTable({
  refused,
  servers: shown = [],
}: { readonly refused?: string; readonly servers?: string[] } = {}) {
  const routes: Route[] = [];
  let made = 0;
  const vpc: VpcClient = {
    listVpcs: async () => [],
    listRoutes: async () => ({ routes: [...routes], skipped: [], complete: true, calls: 1 }),
    addRoute: async (spec) => {
      if (spec.nextHopId === refused) throw new Error('refused');
      const route = { ...spec, routeId: `route-${(made += 1)}`, nextHopType: 'ECS' };
      routes.push(route);
      return route;
    },
    deleteRoute: async (routeId) => {
      routes.splice(
        routes.findIndex((route) => route.routeId === routeId),
        1,
      );
    },
  };
  const clock = new VirtualClock(5000);
  const context = {
    clock,
    log: silentLogger,
    signal: new AbortController().signal,
  };
  const ecs = {
    listServers: async () => ({
      servers: shown.map((serverId) => buildServer({ serverId })),
      skipped: [],
      complete: true,
      calls: 1,
    }),
  };
  const directory = serverDirectory({ ...context, ecs });
  const servers = new NodeServers({ directory, vpcId: undefined, clock });
  const provider = new InspurRoutes({ ...context, vpc, directory, servers, routeTableId: 'rtb-1' });
  return { clock, routes, provider };
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

describe('a server that is gone by the word of ECS', () => {
  const nodes = [routedNode(1), routedNode(2)];
  const options = { nodes, signal: new AbortController().signal };

  it('is not gone where the cloud takes a new route to it, so that the route is not replaced for ever', async () => {
    const servers = ['i-1', 'i-2'];
    const { clock, provider } = lenientTable({ servers });
    for (const n of [1, 2]) await provider.create(clusterName, '', wantedRoute(n), options);
    const holes = async () => {
      await clock.sleep(30_000);
      return (await provider.list(clusterName, options)).filter(({ blackhole }) => blackhole);
    };
    expect(await holes()).toEqual([]);
    servers.shift();
    await holes();
    const [hole] = await holes();
    if (hole === undefined) throw new Error('no route leads nowhere');
    await provider.delete(clusterName, hole, options);
    await provider.create(clusterName, '', wantedRoute(1), options);
    expect([await holes(), await holes(), await holes()]).toEqual([[], [], []]);
    // Once it was seen, what is gone is gone again.
    servers.push('i-1');
    await holes();
    servers.pop();
    expect([(await holes()).length, (await holes()).length]).toEqual([0, 1]);
  });
});

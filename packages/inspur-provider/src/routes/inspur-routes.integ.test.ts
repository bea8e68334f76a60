import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { createInspurProvider } from '../inspur-provider.ts';
import { configFor } from '../testing/emulated-cloud.ts';
import { LogLines } from '../testing/log-lines.ts';
import { newRoute, withStrangers } from '../testing/pictured-routes.ts';
import { RouteActor } from '../testing/route-actor.ts';
import { RouteCloud } from '../testing/route-cloud.ts';
import {
  cidrOf,
  clusterName,
  routedCloud,
  routedNode,
  routedNodes,
  strangeRoutes,
  tableId,
  wantedRoute,
} from '../testing/route-fixtures.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

async function start(count: number, routes = strangeRoutes): Promise<Emulator> {
  return await startEmulator({ seed: { ...routedCloud(count), routes } });
}

describe('routes of a provider', () => {
  it('are there only where a route table is configured, which is told', async () => {
    await using emulator = await start(0);
    const log = new LogLines();
    const provider = createInspurProvider({ config: configFor(emulator), log });
    expect(provider.routes).toBeUndefined();
    expect(log.lines.filter((line) => line.startsWith('info'))).toEqual([
      'info no routes to pods are made: network.routeTableId is not set in the cloud-config; set it to the route table of the nodes where the network of the pods needs routes {}',
    ]);
    await provider.close?.();
    const network = { vpcId: undefined, subnetId: undefined, routeTableId: tableId };
    const config = { ...configFor(emulator), network };
    const other = createInspurProvider({ config, log: silentLogger });
    expect(other.routes).toBeDefined();
    await other.close?.();
  });
});

describe('a node whose server was replaced', () => {
  it('gets a route to the new one', async () => {
    await using emulator = await start(2, strangeRoutes);
    await using cloud = new RouteCloud(emulator);
    await cloud.create(1, routedNodes(1));
    const nodes = [routedNode(1, 'i-2')];
    const old = (await cloud.list(nodes)).find(({ foreign }) => foreign !== true);
    if (old === undefined) throw new Error('the route is not listed');
    expect(old.targetNode).toBe('');
    await cloud.delete(old);
    await cloud.create(1, nodes);
    expect(cloud.picture).toEqual(withStrangers(newRoute(1, 'i-2')));
    expect((await cloud.list(nodes)).at(-1)).toMatchObject({ targetNode: 'node-1' });
  });
});

function renamed(node: Node, name: string): Node {
  return { ...node, metadata: { ...node.metadata, name } };
}

describe('two clusters', () => {
  it('leave each other’s routes in one table alone', async () => {
    await using emulator = await start(2, []);
    await using cloud = new RouteCloud(emulator);
    const nodes = routedNodes(2);
    const signal = new AbortController().signal;
    const others = 'Größe/2';
    await cloud.create(1, nodes);
    await cloud.routes.create(others, '', wantedRoute(2), { nodes, signal });
    const names = async (cluster: string) =>
      (await cloud.routes.list(cluster, { nodes, signal }))
        .filter(({ foreign }) => foreign !== true)
        .map(({ targetNode }) => targetNode);
    expect([await names(clusterName), await names(others)]).toEqual([['node-1'], ['node-2']]);
    const all = await cloud.list(nodes);
    for (const route of all) await cloud.delete(route);
    expect(emulator.state().routes).toMatchObject([{ destination: cidrOf(2) }]);
  });

  it('with the default name are told at the start, and delete no route of each other', async () => {
    await using emulator = await start(4, []);
    await using one = new RouteCloud(emulator);
    await using two = new RouteCloud(emulator);
    const [own, others] = [
      [routedNode(1), routedNode(2)],
      [renamed(routedNode(3), 'node-1'), routedNode(4)],
    ];
    expect(await new RouteActor(own).run(one.routes)).toEqual([]);
    expect(one.warnings).toEqual([]);
    expect(await new RouteActor(others).run(two.routes)).toEqual([]);
    expect(two.warnings).toEqual([
      expect.stringMatching(
        /^warn routes with the default cluster name lead to servers that are not nodes of this cluster, and are left alone: .*Give each cluster its own --cluster-name.*"count":2,"routes":\["10\.244\.1\.0\/24 by route-\d+ /,
      ),
    ]);
    for (const { routes } of [one, two]) {
      expect(await new RouteActor([]).run(routes)).toEqual([]);
      expect(await new RouteActor(others).run(routes)).toEqual([]);
    }
    await using restarted = new RouteCloud(emulator);
    expect(await new RouteActor([]).run(restarted.routes)).toEqual([]);
    expect(restarted.warnings).toHaveLength(1);
    expect(emulator.state().routes).toHaveLength(2);
  });
});

describe('a route of ours', () => {
  it('goes with its node, though its server stays, if this process has seen them together', async () => {
    await using emulator = await start(2);
    await using before = new RouteCloud(emulator);
    await new RouteActor(routedNodes(2)).run(before.routes);
    await using cloud = new RouteCloud(emulator);
    await new RouteActor(routedNodes(2)).run(cloud.routes);
    await new RouteActor(routedNodes(1)).run(cloud.routes);
    expect(cloud.picture).toEqual(withStrangers(newRoute(1)));
    expect(cloud.warnings).toEqual([]);
  });

  it('goes after a restart without its node, once its server is gone', async () => {
    const clock = new VirtualClock(5000);
    await using emulator = await startEmulator({
      clock,
      seed: { ...routedCloud(2), routes: strangeRoutes },
    });
    await using before = new RouteCloud(emulator, { clock });
    await new RouteActor(routedNodes(2)).run(before.routes);
    emulator.setHidden({ serverIds: ['i-2'] });
    await using cloud = new RouteCloud(emulator, { clock });
    const actor = new RouteActor(routedNodes(1));
    expect(await actor.run(cloud.routes)).toEqual([]);
    expect(cloud.picture).toEqual(withStrangers(newRoute(1), newRoute(2)));
    await clock.sleep(30_000);
    expect(await actor.run(cloud.routes)).toEqual([]);
    expect(cloud.picture).toEqual(withStrangers(newRoute(1)));
    expect(cloud.warnings).toEqual([]);
  });
});

import type { Node } from '@k8s-ccm/cloud-provider';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { createInspurProvider } from '../inspur-provider.ts';
import { configFor } from '../testing/emulated-cloud.ts';
import { LogLines } from '../testing/log-lines.ts';
import { RouteCloud } from '../testing/route-cloud.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import {
  buildRoute,
  cidrOf,
  clusterName,
  routedCloud,
  routedNode,
  routedNodes,
  strangeRoutes,
  tableId,
  wantedRoute,
} from '../testing/route-fixtures.ts';

async function start(count: number, routes = strangeRoutes): Promise<Emulator> {
  return await startEmulator({ seed: { ...routedCloud(count), routes } });
}

const strangers = strangeRoutes.map(
  ({ description, destination, nextHopId, routeId }) =>
    `${routeId} ${destination} -> ${nextHopId} ${description}`,
);
const withStrangers = (...own: readonly string[]) => [...own, ...strangers].toSorted();
const newRoute = (n: number, serverId = `i-${n}`) =>
  `new ${cidrOf(n)} -> ${serverId} k8s-ccm/kubernetes/node-${n}`;

const ourRoute = buildRoute({
  routeId: 'o-1',
  nextHopId: 'i-1',
  description: 'k8s-ccm/kubernetes/node-1',
});

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
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

describe('listing', () => {
  it('shows all routes of the table, and whose they are', async () => {
    await using emulator = await start(2, [...strangeRoutes, ourRoute]);
    await using cloud = new RouteCloud(emulator);
    const listed = await cloud.list(routedNodes(2));
    expect(listed.map((route) => [route.name, route.targetNode, route.foreign ?? false])).toEqual([
      ['s-1', '', true],
      ['s-2', 'node-1', true],
      ['s-3', 'node-2', true],
      ['s-5', '', true],
      ['o-1', 'node-1', false],
    ]);
    expect(listed.map(({ blackhole }) => blackhole)).toEqual(listed.map(() => undefined));
    expect(cloud.warnings).toEqual([]);
  });

  it('shows a black hole once two looks have proven it', async () => {
    const second = { ...ourRoute, routeId: 'o-2', destination: cidrOf(2), nextHopId: 'i-2' };
    const clock = new VirtualClock(5000);
    const seed = { ...routedCloud(2), routes: [ourRoute, second] };
    await using emulator = await startEmulator({ clock, seed });
    await using cloud = new RouteCloud(emulator, { clock });
    const holes = async () => {
      await clock.sleep(30_000);
      const listed = await cloud.list(routedNodes(2));
      return listed.filter((route) => route.blackhole).map(({ name }) => name);
    };
    emulator.replaceState({ ...emulator.state(), servers: [{ serverId: 'i-2' }] });
    expect([await holes(), await holes()]).toEqual([[], ['o-1']]);
    emulator.setDenied({ services: ['ecs'], as: 'empty' });
    emulator.replaceState({ ...emulator.state(), servers: [] });
    expect([await holes(), await holes()]).toEqual([[], []]);
    expect(cloud.warnings).toEqual([]);
  });

  it('goes on where the servers cannot be listed, and tells it', async () => {
    await using emulator = await start(1, [ourRoute]);
    await using cloud = new RouteCloud(emulator);
    emulator.setDenied({ services: ['ecs'], as: 'code' });
    expect(await cloud.list(routedNodes(1))).toMatchObject([{ name: 'o-1', targetNode: 'node-1' }]);
    expect(cloud.warnings).toEqual([
      expect.stringContaining('it cannot be told whether routes lead to servers that are gone'),
    ]);
  });

  it.each([
    [
      'a table that is not there',
      'rtb-9',
      /rtb-9.*check network\.routeTableId in the cloud-config/,
    ],
    ['no permission', tableId, /may list, add and delete routes/],
  ])('says what to do about %s', async (_, table, says) => {
    await using emulator = await start(1);
    await using cloud = new RouteCloud(emulator, { table });
    if (table === tableId) emulator.setDenied({ services: ['vpc'], as: 'code' });
    expect(String(await failureOf(cloud.list()))).toMatch(says);
  });

  it('skips what cannot be read, and tells it once', async () => {
    await using emulator = await start(2, [ourRoute, ...strangeRoutes]);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([{ operation: 'ListRoutes', mutate: { 'Data.routes.0.description': 7 } }]);
    const names = async () => (await cloud.list(routedNodes(2))).map(({ name }) => name);
    expect(await names()).toEqual(['s-1', 's-2', 's-3', 's-5']);
    expect(await names()).toEqual(['s-1', 's-2', 's-3', 's-5']);
    expect(cloud.warnings).toEqual([
      'warn a route is skipped: the answer of the cloud cannot be read {"routeTableId":"rtb-1","routeId":"o-1","destination":"10.244.1.0/24","reason":"route.description: expected text, got 7"}',
    ]);
  });

  it('fails where the pages do not add up, after some looks', async () => {
    await using emulator = await start(1);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([{ operation: 'ListRoutes', mutate: { 'Data.total': 9 } }]);
    expect(await failureOf(cloud.list())).toMatchObject({ name: 'RouteDoubtError' });
    emulator.setFaults([{ operation: 'ListRoutes', mutate: { 'Data.total': 9 }, times: 2 }]);
    expect(await cloud.list()).toHaveLength(4);
  });

  it('ends with the reason of the signal', async () => {
    await using emulator = await start(1);
    await using cloud = new RouteCloud(emulator);
    emulator.setLatency({ ms: 60_000, jitterMs: 0 });
    const lost = new AbortController();
    const listing = failureOf(cloud.list([], lost.signal));
    lost.abort(new Error('the lease is lost'));
    expect(await listing).toEqual(new Error('the lease is lost'));
  });
});

describe('creating', () => {
  it('adds a marked route to the server of the node, and nothing else', async () => {
    await using emulator = await start(2);
    await using cloud = new RouteCloud(emulator);
    await cloud.create(1, routedNodes(2));
    expect(cloud.picture).toEqual(withStrangers(newRoute(1)));
    expect(cloud.operations()).toEqual(['ListRoutes', 'AddRoute']);
    const own = (await cloud.list(routedNodes(2))).find(({ foreign }) => foreign !== true);
    expect(own).toMatchObject({ targetNode: 'node-1', destinationCIDR: cidrOf(1) });
  });

  it('looks once for many that are wanted at the same time', async () => {
    await using emulator = await start(300);
    await using cloud = new RouteCloud(emulator);
    const nodes = routedNodes(300);
    await Promise.all(nodes.map((_, index) => cloud.create(index + 1, nodes)));
    expect(cloud.picture).toHaveLength(300 + strangers.length);
    const operations = cloud.operations();
    expect(operations.filter((operation) => operation === 'AddRoute')).toHaveLength(300);
    expect(operations.filter((operation) => operation === 'ListRoutes').length).toBeLessThan(10);
    expect(await cloud.list(nodes)).toHaveLength(304);
  });

  it.each<readonly [string, string, string]>([
    ['an IPv6 block', 'FD00:0:0:1::/64', 'fd00:0:0:1::/64'],
    ['host bits', '10.244.7.9/24', '10.244.7.0/24'],
  ])('writes %s as every table takes it', async (_, given, written) => {
    await using emulator = await start(1, []);
    await using cloud = new RouteCloud(emulator);
    const route = { ...wantedRoute(1), destinationCIDR: given };
    await cloud.create(1, routedNodes(1), route);
    await cloud.create(1, routedNodes(1), route);
    expect(cloud.picture).toEqual([`new ${written} -> i-1 k8s-ccm/kubernetes/node-1`]);
  });

  it.each<readonly [string, Node, string]>([
    ['its provider id', routedNode(1, 'i-2'), 'i-2'],
    ['its name', routedNode(1, ''), 'i-1'],
    ['its address', { ...routedNode(1, ''), metadata: { name: 'node-1-by-another-name' } }, 'i-1'],
  ])('finds the server of a node by %s', async (_, node, serverId) => {
    await using emulator = await start(2, []);
    await using cloud = new RouteCloud(emulator);
    const route = { ...wantedRoute(1), targetNode: node.metadata?.name ?? '' };
    await cloud.create(1, [node], route);
    expect(emulator.state().routes).toMatchObject([{ nextHopId: serverId }]);
  });

  it.each<readonly [string, Node, RegExp]>([
    [
      'leads to no server',
      { ...routedNode(9, ''), metadata: { name: 'node-1' }, status: {} },
      /node "node-1" has no provider id yet, and the account shows no server with the name or host name "node-1"; .*annotation node\.beta\.kubernetes\.io\/instance-id/,
    ],
    [
      'is of another cloud',
      { ...routedNode(1), spec: { providerID: 'aws:///eu/i-1' } },
      /provider id "aws:\/\/\/eu\/i-1" is none of INSPUR Cloud/,
    ],
    [
      'has a server that is gone',
      routedNode(1, 'i-77'),
      /route to 10\.244\.1\.0\/24 by server "i-77" in route table "rtb-1".*102\.101404.*check the node's provider id/s,
    ],
    ['is not known', routedNode(3), /there is no node "node-1"/],
  ])('says what to do about a node that %s', async (_, node, says) => {
    await using emulator = await start(1, []);
    emulator.patchState({ servers: [{ serverId: 'i-1', serverName: 'x', hostName: 'y' }] });
    await using cloud = new RouteCloud(emulator);
    expect(String(await failureOf(cloud.create(1, [node])))).toMatch(says);
    expect(emulator.state().routes).toEqual([]);
  });

  it('refuses what is no CIDR', async () => {
    await using emulator = await start(1, []);
    await using cloud = new RouteCloud(emulator);
    const route = { ...wantedRoute(1), destinationCIDR: '10.244.1.0' };
    expect(await failureOf(cloud.create(1, routedNodes(1), route))).toMatchObject({
      name: 'RouteTargetError',
    });
    expect(cloud.operations()).toEqual([]);
  });

  it.each([
    ['ours', ourRoute],
    ['ours, made for another node', { ...ourRoute, description: 'k8s-ccm/kubernetes/node-9' }],
    ['somebody else’s', { ...ourRoute, description: 'by hand' }],
  ])('is done where a route that is %s leads there', async (_, present) => {
    await using emulator = await start(1, [present]);
    await using cloud = new RouteCloud(emulator);
    await cloud.create(1, routedNodes(1));
    expect(emulator.state().routes).toEqual([present]);
    expect(cloud.operations()).toEqual(['ListRoutes']);
  });

  it.each([
    [
      'somebody else’s route',
      buildRoute({ destination: '10.244.1.0/24' }),
      'route table "rtb-1" has another route to 10.244.1.0/24: r-1 (to ECS i-9, description "by hand"), not made by this controller for cluster "kubernetes", and left alone; delete it, or let it lead to server "i-1"',
    ],
    [
      'a route of its own',
      { ...ourRoute, nextHopId: 'i-9' },
      'route table "rtb-1" has another route to 10.244.1.0/24: o-1 (to ECS i-9, description "k8s-ccm/kubernetes/node-1"), made by this controller; it is removed by itself before another one is made',
    ],
  ])('names %s that is in the way, and touches nothing', async (_, present, message) => {
    await using emulator = await start(1, [...strangeRoutes, present]);
    await using cloud = new RouteCloud(emulator);
    const before = emulator.state();
    expect(await failureOf(cloud.create(1, routedNodes(1)))).toMatchObject({
      name: 'RouteConflictError',
      code: 'ROUTE_CONFLICT',
      route: present,
      message,
    });
    expect(emulator.state()).toEqual(before);
  });

  it.each([
    ['leads elsewhere', buildRoute(), /has another route to .*r-1/, 1],
    ['leads there', buildRoute({ nextHopId: 'i-1' }), /undefined/, 1],
  ])('sees a route that comes between look and call, and %s', async (_, theirs, says, count) => {
    await using emulator = await start(1, [theirs]);
    await using cloud = new RouteCloud(emulator);
    // The first look is that of a moment before.
    emulator.setFaults([
      { operation: 'ListRoutes', mutate: { 'Data.routes': [], 'Data.total': 0 }, times: 1 },
    ]);
    expect(String(await failureOf(cloud.create(1, routedNodes(1))))).toMatch(says);
    expect(emulator.state().routes).toHaveLength(count);
    expect(cloud.operations()).toEqual(['ListRoutes', 'AddRoute', 'ListRoutes']);
  });

  it('does nothing where an entry that cannot be read may be it', async () => {
    await using emulator = await start(2, [ourRoute]);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([{ operation: 'ListRoutes', mutate: { 'Data.routes.0.nextHopId': 7 } }]);
    expect(String(await failureOf(cloud.create(1, routedNodes(2))))).toMatch(
      /RouteDoubtError.*may have a route to 10\.244\.1\.0\/24: its entry "o-1" cannot be read/,
    );
    await cloud.create(2, routedNodes(2));
    expect(emulator.state().routes).toHaveLength(2);
  });

  it('says what to do about a full table', async () => {
    await using emulator = await start(1);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([{ operation: 'AddRoute', code: '101.001021' }]);
    expect(String(await failureOf(cloud.create(1, routedNodes(1))))).toMatch(/raise its quota/);
  });
});

describe('deleting', () => {
  it('takes the route that was listed', async () => {
    await using emulator = await start(1, [...strangeRoutes, ourRoute]);
    await using cloud = new RouteCloud(emulator);
    const own = (await cloud.list()).find(({ name }) => name === 'o-1');
    if (own === undefined) throw new Error('the route is not listed');
    await cloud.delete(own);
    expect(cloud.picture).toEqual(withStrangers());
    await cloud.delete(own);
    expect(cloud.picture).toEqual(withStrangers());
  });

  it('looks once for many', async () => {
    const own = Array.from({ length: 150 }, (_, index) => ({
      ...ourRoute,
      routeId: `o-${index}`,
      destination: cidrOf(index),
    }));
    await using emulator = await start(1, [...own, ...strangeRoutes]);
    await using cloud = new RouteCloud(emulator);
    const listed = (await cloud.list()).filter(({ foreign }) => foreign !== true);
    cloud.operations();
    await Promise.all(listed.map((route) => cloud.delete(route)));
    expect(cloud.picture).toEqual(withStrangers());
    const operations = cloud.operations();
    expect(operations.filter((operation) => operation === 'DeleteRoute')).toHaveLength(150);
    expect(operations.filter((operation) => operation === 'ListRoutes').length).toBeLessThan(10);
  });

  it.each([
    ['carries no mark', { description: 'by hand' }],
    ['is of another cluster now', { description: 'k8s-ccm/other/node-1' }],
    ['leads to another destination', { destination: '10.9.0.0/24' }],
  ])('leaves a route that %s', async (_, changes) => {
    const theirs = { ...ourRoute, ...changes };
    await using emulator = await start(1, [theirs]);
    await using cloud = new RouteCloud(emulator);
    await cloud.delete({ ...wantedRoute(1), name: 'o-1' });
    expect(emulator.state().routes).toEqual([theirs]);
    expect(cloud.operations()).toEqual(['ListRoutes']);
    expect(cloud.warnings).toEqual([
      expect.stringContaining('a route is not deleted: it is another one than was listed'),
    ]);
  });

  it('leaves every stranger, whatever is asked', async () => {
    await using emulator = await start(1);
    await using cloud = new RouteCloud(emulator);
    for (const route of await cloud.list(routedNodes(1))) await cloud.delete(route);
    expect(emulator.state().routes).toEqual(strangeRoutes);
  });

  it('leaves what cannot be read', async () => {
    await using emulator = await start(1, [ourRoute]);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([{ operation: 'ListRoutes', mutate: { 'Data.routes.0.description': 7 } }]);
    expect(await failureOf(cloud.delete({ ...wantedRoute(1), name: 'o-1' }))).toMatchObject({
      name: 'RouteDoubtError',
    });
    expect(emulator.state().routes).toEqual([ourRoute]);
  });

  it.each([
    ['by its code', { code: '102.003404' }],
    ['by a code that nobody knows', { status: 400, code: '102.999999' }],
  ])('is done where the route went meanwhile, told %s', async (_, refusal) => {
    await using emulator = await start(1, [ourRoute]);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([
      { operation: 'DeleteRoute', ...refusal, times: 1 },
      {
        operation: 'ListRoutes',
        after: 1,
        times: 1,
        mutate: { 'Data.routes': [], 'Data.total': 0 },
      },
    ]);
    expect(await failureOf(cloud.delete({ ...wantedRoute(1), name: 'o-1' }))).toBeUndefined();
  });

  it('fails where the cloud refuses and the route stays', async () => {
    await using emulator = await start(1, [ourRoute]);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([{ operation: 'DeleteRoute', status: 400, code: '102.999999' }]);
    expect(String(await failureOf(cloud.delete({ ...wantedRoute(1), name: 'o-1' })))).toMatch(
      /route o-1 .* to 10\.244\.1\.0\/24: .*102\.999999.*; the cloud refuses this/,
    );
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
});

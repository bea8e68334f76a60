import type { Node } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { failureOf, newRoute, ourRoute, withStrangers } from '../testing/pictured-routes.ts';
import { RouteCloud } from '../testing/route-cloud.ts';
import {
  buildRoute,
  cidrOf,
  routedCloud,
  routedNode,
  routedNodes,
  strangeRoutes,
  wantedRoute,
} from '../testing/route-fixtures.ts';

async function start(count: number, routes = strangeRoutes): Promise<Emulator> {
  return await startEmulator({ seed: { ...routedCloud(count), routes } });
}

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
    expect(cloud.picture).toHaveLength(300 + strangeRoutes.length);
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
      /node "node-1" does not lead to a server: no server of the account has its name .*annotation node\.beta\.kubernetes\.io\/instance-id/,
    ],
    [
      'is of another cloud',
      { ...routedNode(1), spec: { providerID: 'aws:///eu/i-1' } },
      /its provider ID "aws:\/\/\/eu\/i-1" does not belong to INSPUR Cloud/,
    ],
    [
      'has a server that is gone',
      routedNode(1, 'i-77'),
      /route to 10\.244\.1\.0\/24 by server "i-77" in route table "rtb-1".*102\.101404.*Check the Node's provider ID/s,
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
      'route table "rtb-1" has another route to 10.244.1.0/24: o-1 (to ECS i-9, description "k8s-ccm/kubernetes/node-1"), made for this cluster or another one with the same --cluster-name; the controller replaces it if it was made for this cluster, else delete it or give each cluster its own --cluster-name',
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

  it('asks a full table once for all that are wanted at the same time', async () => {
    await using emulator = await start(50);
    await using cloud = new RouteCloud(emulator);
    const nodes = routedNodes(50);
    const run = () =>
      Promise.all(nodes.map((_, index) => failureOf(cloud.create(index + 1, nodes))));
    emulator.setFaults([{ operation: 'AddRoute', code: '101.001021' }]);
    await run();
    cloud.operations();
    const failures = await run();
    expect(failures.map(String)).toEqual(
      nodes.map((_, index) => expect.stringContaining(`route to ${cidrOf(index + 1)} by server`)),
    );
    expect(cloud.operations().filter((operation) => operation === 'AddRoute')).toHaveLength(1);
    emulator.setFaults([]);
    expect(new Set(await run())).toEqual(new Set([undefined]));
  });

  it('says what to do about a full table', async () => {
    await using emulator = await start(1);
    await using cloud = new RouteCloud(emulator);
    emulator.setFaults([{ operation: 'AddRoute', code: '101.001021' }]);
    expect(String(await failureOf(cloud.create(1, routedNodes(1))))).toMatch(/Raise its quota/);
  });
});

import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { failureOf, ourRoute } from '../testing/pictured-routes.ts';
import { RouteCloud } from '../testing/route-cloud.ts';
import {
  cidrOf,
  routedCloud,
  routedNodes,
  strangeRoutes,
  tableId,
} from '../testing/route-fixtures.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

async function start(count: number, routes = strangeRoutes): Promise<Emulator> {
  return await startEmulator({ seed: { ...routedCloud(count), routes } });
}

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
      expect.stringContaining('cannot tell whether routes lead to servers that are gone'),
    ]);
  });

  it.each([
    [
      'a table that is not there',
      'rtb-9',
      /rtb-9.*Check network\.routeTableId in the cloud-config/,
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

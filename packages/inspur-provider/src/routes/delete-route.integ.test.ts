import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { failureOf, ourRoute, withStrangers } from '../testing/pictured-routes.ts';
import { RouteCloud } from '../testing/route-cloud.ts';
import {
  cidrOf,
  routedCloud,
  routedNodes,
  strangeRoutes,
  wantedRoute,
} from '../testing/route-fixtures.ts';

async function start(count: number, routes = strangeRoutes): Promise<Emulator> {
  return await startEmulator({ seed: { ...routedCloud(count), routes } });
}

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

  it('never loses sight of the table because of its own deletions', async () => {
    const own = Array.from({ length: 400 }, (_, index) => ({
      ...ourRoute,
      routeId: `o-${index}`,
      destination: cidrOf(index),
    }));
    await using emulator = await start(1, [...own, ...strangeRoutes]);
    await using cloud = new RouteCloud(emulator);
    const listed = (await cloud.list()).filter(({ foreign }) => foreign !== true);
    emulator.setLatency({ ms: 5, jitterMs: 5 });
    const waiting = listed.values();
    const failures: unknown[] = [];
    const worker = async () => {
      for (const route of waiting) failures.push(await failureOf(cloud.delete(route)));
    };
    await Promise.all(Array.from({ length: 100 }, worker));
    expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
    expect(cloud.picture).toEqual(withStrangers());
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
      /route o-1 .* to 10\.244\.1\.0\/24: .*102\.999999.*\. Check the route table and network\.routeTableId/,
    );
  });
});

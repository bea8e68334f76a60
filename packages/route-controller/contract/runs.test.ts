import { describe, expect, it } from '@jest/globals';
import { RetryAfterError } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, Gate, heldBy, inTurn, throws } from '@k8s-ccm/cloud-provider/testing';
import type { SeenNodes } from '@k8s-ccm/contract-testing';
import { ApiError } from '@k8s-ccm/controller-runtime';
import { nodeOf, routeOf, scene } from './virtual-controller.ts';

function withCondition(node: Node, status: 'True' | 'False', reason: string): Node {
  return { ...node, status: { conditions: [{ type: 'NetworkUnavailable', status, reason }] } };
}

describe('RouteController', () => {
  it('runs at once for the first change and once per window for all that follow', async () => {
    const { clock, seen, lists, stop } = scene();
    await clock.advance(60_000);
    expect(lists()).toBe(1);
    seen.put(nodeOf('a', '10.244.1.0/24'));
    await clock.advance(0);
    expect(lists()).toBe(2);
    for (let second = 0; second < 9; second += 1) {
      await clock.advance(1000);
      seen.put(nodeOf(`n${second}`, `10.244.${second + 2}.0/24`));
      seen.put(nodeOf('a', '10.244.1.0/24', `10.244.${second + 20}.0/24`));
    }
    expect(lists()).toBe(2);
    await clock.advance(1000);
    expect(lists()).toBe(3);
    await clock.advance(600_000);
    expect(lists()).toBe(3);
    await stop();
  });

  it('runs again after a window where a node changes while it runs', async () => {
    const cloud = new FakeCloudProvider();
    const gate = new Gate();
    cloud.answer('list-routes', heldBy(gate));
    const { clock, seen, lists, stop } = scene({ cloud });
    await clock.advance(4000);
    seen.put(nodeOf('a', '10.244.1.0/24'));
    gate.open();
    await clock.advance(5999);
    expect(lists()).toBe(1);
    await clock.advance(1);
    expect(lists()).toBe(2);
    expect(cloud.routeTable).toHaveLength(1);
    await stop();
  });

  it('hears of nodes that come, change and go, and of nothing else', async () => {
    const { clock, seen, lists, stop } = scene();
    const after = async (change: () => void) => {
      const before = lists();
      change();
      await clock.advance(10_000);
      return lists() - before;
    };
    await clock.advance(10_000);
    expect(await after(() => seen.put(nodeOf('a', '10.244.1.0/24')))).toBe(1);
    expect(await after(() => seen.put(nodeOf('a', '10.244.1.0/24')))).toBe(0);
    expect(await after(() => seen.put(nodeOf('a', '10.244.2.0/24')))).toBe(1);
    expect(await after(() => seen.remove('a'))).toBe(1);
    await stop();
  });

  it('runs by the clock alone where it does not watch', async () => {
    const { cloud, clock, seen, lists, metrics, stop } = scene({ watch: false, periodMs: 60_000 });
    cloud.answer('create-route', throws(new Error('quota')));
    await clock.advance(30_000);
    seen.put(nodeOf('a', '10.244.1.0/24'));
    await clock.advance(29_999);
    expect(lists()).toBe(1);
    await clock.advance(1);
    expect(lists()).toBe(2);
    await clock.advance(59_999);
    expect(lists()).toBe(2);
    await clock.advance(1);
    expect(lists()).toBe(3);
    const text = await metrics.render();
    expect(text).toContain('route_controller_route_sync_total 3');
    expect(text).not.toContain('workqueue');
    await stop();
  });

  it('shows its queue where it watches', async () => {
    const { clock, metrics, stop } = scene();
    await clock.advance(0);
    expect(await metrics.render()).toMatch(/workqueue_adds_total\{name="Routes"\} 1/);
    await stop();
  });

  it('tries a failed creation again, later each time, until it is done', async () => {
    const { cloud, clock, lists, seen, stop } = scene({ nodes: [nodeOf('a', '10.244.1.0/24')] });
    cloud.answer('create-route', throws(new Error('quota')));
    await clock.advance(0);
    const runs = [];
    for (const waitMs of [10_000, 20_000, 40_000]) {
      await clock.advance(waitMs - 1);
      runs.push(lists());
      await clock.advance(1);
      runs.push(lists());
    }
    expect(runs).toEqual([1, 2, 2, 3, 3, 4]);
    cloud.answerAsUsual();
    await clock.advance(80_000);
    expect([lists(), cloud.routeTable.length]).toEqual([5, 1]);
    await clock.advance(300_000);
    expect(lists()).toBe(5);
    // What failed before does not count any more.
    cloud.answer('create-route', throws(new Error('quota')));
    seen.put(nodeOf('b', '10.244.2.0/24'));
    await clock.advance(10_000);
    expect(lists()).toBe(7);
    await stop();
  });

  it.each(['list-routes', 'delete-route'] as const)(
    'tries again where %s fails',
    async (operation) => {
      const cloud = new FakeCloudProvider();
      cloud.seedRoute(routeOf('gone', '10.244.1.0/24'));
      cloud.answer(operation, inTurn(throws(new Error('boom'))));
      const { clock, stop } = scene({ cloud });
      await clock.advance(9999);
      expect(cloud.routeTable).toHaveLength(1);
      await clock.advance(1);
      expect(cloud.routeTable).toHaveLength(0);
      await stop();
    },
  );

  it('tries again when the cloud asks for it', async () => {
    const { cloud, clock, lists, stop } = scene({ nodes: [nodeOf('a', '10.244.1.0/24')] });
    cloud.answer('create-route', inTurn(throws(new RetryAfterError('busy', 45_000))));
    await clock.advance(44_999);
    expect(lists()).toBe(1);
    await clock.advance(1);
    expect([lists(), cloud.routeTable.length]).toEqual([2, 1]);
    await stop();
  });

  // Not against a real API server: it refuses such a Node today.
  // @see docs/reference/contract.md#case-173
  it('a pod CIDR that a node has twice is created twice, and the refusal is told', async () => {
    const cloud = new FakeCloudProvider();
    cloud.answer(
      'create-route',
      inTurn((_call, usual) => usual(), throws(new Error('there is one already'))),
    );
    const { clock, events, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24', '10.244.1.0/24')],
    });
    await clock.advance(0);
    expect(cloud.operations()).toEqual(['list-routes', 'create-route', 'create-route']);
    expect(events).toEqual([
      'Warning FailedToCreateRoute Could not create route uid-a 10.244.1.0/24 for node a after 0s: there is one already',
    ]);
    await clock.advance(10_000);
    expect(cloud.operations().slice(3)).toEqual(['list-routes']);
    await stop();
  });

  it('gives the cloud the nodes with each call', async () => {
    const cloud = new FakeCloudProvider();
    cloud.seedRoute(routeOf('gone', '10.244.9.0/24'));
    const { clock, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24'), nodeOf('b')],
    });
    await clock.advance(0);
    expect(
      cloud
        .calls()
        .map(({ operation, nodeNames, clusterName }) => [operation, clusterName, nodeNames]),
    ).toEqual([
      ['list-routes', 'east', ['a', 'b']],
      ['delete-route', 'east', ['a', 'b']],
      ['create-route', 'east', ['a', 'b']],
    ]);
    await stop();
  });

  it('creates nothing beside a route that it could not delete', async () => {
    const cloud = new FakeCloudProvider();
    cloud.seedRoute(routeOf('', '10.244.1.9/24'));
    cloud.answer('delete-route', inTurn(throws(new Error('locked'))));
    const { clock, events, patches, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24'), nodeOf('b', '10.244.2.0/24')],
    });
    await clock.advance(0);
    expect(cloud.operations()).toEqual(['list-routes', 'delete-route', 'create-route']);
    expect(events).toEqual([
      'Warning FailedToCreateRoute Could not create route uid-a 10.244.1.0/24 for node a after 0s: the old route could not be deleted: locked',
    ]);
    expect(patches.map(({ name }) => name).toSorted()).toEqual(['a', 'b']);
    await clock.advance(10_000);
    expect(cloud.routeTable.map(({ targetNode }) => targetNode)).toEqual(['b', 'a']);
    await stop();
  });

  it('shows that a node is reachable while another still waits for the cloud', async () => {
    const cloud = new FakeCloudProvider();
    const gate = new Gate();
    cloud.answer('create-route', heldBy(gate), { node: 'a' });
    const { clock, patches, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24'), nodeOf('b', '10.244.2.0/24')],
    });
    await clock.advance(0);
    expect(patches.map(({ name }) => name)).toEqual(['b']);
    gate.open();
    await clock.advance(0);
    expect(patches.map(({ name }) => name)).toEqual(['b', 'a']);
    await stop();
  });

  it.each<[string, (nodes: SeenNodes) => void]>([
    ['is gone', (nodes) => nodes.remove('a')],
    [
      'is another',
      (nodes) =>
        nodes.put({ ...nodeOf('a', '10.244.1.0/24'), metadata: { name: 'a', uid: 'new' } }),
    ],
  ])('writes nothing to a node that %s when its route is there', async (_what, change) => {
    const cloud = new FakeCloudProvider();
    const gate = new Gate();
    cloud.answer('create-route', heldBy(gate));
    const { clock, seen, patches, stop } = scene({ cloud, nodes: [nodeOf('a', '10.244.1.0/24')] });
    await clock.advance(0);
    change(seen);
    gate.open();
    await clock.advance(9999);
    expect(patches).toEqual([]);
    await stop();
  });

  it.each([
    [404, 1],
    [409, 2],
    [500, 2],
  ])('after a write of a node was answered with %p, has run %p times', async (status, runs) => {
    const error = new ApiError({ method: 'PATCH', path: '/', status, reason: 'X', message: 'x' });
    Object.assign(error, status === 404 ? { reason: 'NotFound' } : {});
    const { clock, lists, patches, stop } = scene({
      nodes: [nodeOf('a', '10.244.1.0/24')],
      onPatch: async () => {
        throw error;
      },
    });
    await clock.advance(10_000);
    expect([lists(), patches.length]).toEqual([runs, runs]);
    await stop();
  });

  it('shows that a node is reachable again although the cache does not show yet that it was not', async () => {
    const cloud = new FakeCloudProvider();
    const reachable = withCondition(nodeOf('a', '10.244.1.0/24'), 'False', 'RouteCreated');
    const unreachable = withCondition(nodeOf('a', '10.244.1.0/24'), 'True', 'NoRouteCreated');
    const { clock, patches, stop } = scene({
      cloud,
      nodes: [reachable],
      onPatch: async () => unreachable,
      live: () => [unreachable],
    });
    cloud.answer('create-route', inTurn(throws(new Error('quota'))));
    await clock.advance(0);
    expect(patches).toMatchObject([{ patch: { status: { conditions: [{ status: 'True' }] } } }]);
    await clock.advance(10_000);
    expect(patches[1]).toMatchObject({ patch: { status: { conditions: [{ status: 'False' }] } } });
    await stop();
  });

  it('runs again within a window after a failure when the provider has other credentials', async () => {
    const { cloud, clock, lists, change, stop } = scene({ nodes: [nodeOf('a', '10.244.1.0/24')] });
    cloud.answer('create-route', throws(new Error('401')));
    await clock.advance(300_000);
    const before = lists();
    cloud.answerAsUsual();
    change('credentials');
    await clock.advance(10_000);
    expect([lists(), cloud.routeTable.length]).toEqual([before + 1, 1]);
    change('credentials');
    await clock.advance(60_000);
    expect(lists()).toBe(before + 1);
    await stop();
  });

  it('runs again when the provider has another configuration', async () => {
    const { clock, lists, change, stop } = scene();
    await clock.advance(60_000);
    change('configuration');
    await clock.advance(0);
    expect(lists()).toBe(2);
    await stop();
  });

  it('warns of what failed', async () => {
    const { cloud, clock, warnings, stop } = scene({ nodes: [nodeOf('a', '10.244.1.0/24')] });
    cloud.answer('create-route', throws(new Error('quota')));
    await clock.advance(0);
    expect(warnings).toEqual(['route not created', 'route sync failed']);
    await stop();
  });

  it('refuses a period that would never end a loop', () => {
    expect(() => scene({ periodMs: 0 })).toThrow(RangeError);
  });
});

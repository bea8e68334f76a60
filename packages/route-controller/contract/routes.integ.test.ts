import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NodeAddress, NodeCondition, Route } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, Gate, heldBy, throws } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { TestCluster, networkUnavailableOf } from './test-cluster.ts';

const created = 'False/RouteCreated';
const notCreated = 'True/NoRouteCreated';

/** A route as the cloud lists it. */
function routeOf(targetNode: string, destinationCIDR: string, rest: Partial<Route> = {}): Route {
  return { name: `rt-${destinationCIDR}`, targetNode, destinationCIDR, ...rest };
}

/** A cloud that has these routes. */
function cloudWith(...routes: readonly Route[]): FakeCloudProvider {
  const cloud = new FakeCloudProvider();
  for (const route of routes) cloud.seedRoute(route);
  return cloud;
}

function internalIP(address: string): NodeAddress {
  return { type: 'InternalIP', address };
}

function condition(status: string, reason: string, message = 'by hand'): NodeCondition {
  return { type: 'NetworkUnavailable', status, reason, message };
}

describe('route', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  // @see docs/reference/contract.md#case-154
  it('each node gets its route, and the node says so', async () => {
    const nodes = [
      await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] }),
      await cluster.createNode('node-b', {
        podCIDRs: ['10.244.2.0/24'],
        addresses: [internalIP('192.168.0.2')],
      }),
    ];
    const controller = await cluster.startController({ provider: new FakeCloudProvider() });
    const node = await cluster.networkUnavailable('node-a', created);
    await cluster.networkUnavailable('node-b', created);
    await controller.ran();
    const creations = controller
      .calls('create-route')
      .toSorted((one, other) => (one.node ?? '').localeCompare(other.node ?? ''));
    expect(
      creations.map(({ clusterName, nameHint, route }) => [clusterName, nameHint, route]),
    ).toEqual([
      [
        'east',
        nodes[0]?.metadata?.uid,
        {
          name: '',
          targetNode: 'node-a',
          targetNodeAddresses: [],
          destinationCIDR: '10.244.1.0/24',
        },
      ],
      [
        'east',
        nodes[1]?.metadata?.uid,
        {
          name: '',
          targetNode: 'node-b',
          targetNodeAddresses: [internalIP('192.168.0.2')],
          destinationCIDR: '10.244.2.0/24',
        },
      ],
    ]);
    expect(controller.calls('delete-route')).toEqual([]);
    expect(node.status?.conditions).toMatchObject([
      { type: 'NetworkUnavailable', message: 'RouteController created a route' },
    ]);
  });

  // @see docs/reference/contract.md#case-155
  it('routes that are right stay, and a missing condition is set', async () => {
    await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    const controller = await cluster.startController({
      provider: cloudWith(routeOf('node-a', '10.244.1.0/24')),
    });
    await cluster.networkUnavailable('node-a', created);
    await controller.ran();
    expect(controller.changes).toEqual([]);
  });

  // @see docs/reference/contract.md#case-156
  it('a dual-stack node gets two routes, and needs both', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('create-route', ({ node, route }, usual) => {
      const isIPv6 = route?.destinationCIDR.includes(':') === true;
      if (node === 'node-b' && isIPv6) throw new Error('no IPv6 here');
      return usual();
    });
    await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24', 'fd00:10:0:1::/64'] });
    await cluster.createNode('node-b', { podCIDRs: ['10.244.2.0/24', 'fd00:10:0:2::/64'] });
    const controller = await cluster.startController({ provider });
    await cluster.networkUnavailable('node-a', created);
    await cluster.networkUnavailable('node-b', notCreated);
    expect(controller.table).toEqual([
      'node-a 10.244.1.0/24',
      'node-a fd00:10:0:1::/64',
      'node-b 10.244.2.0/24',
    ]);
  });

  // @see docs/reference/contract.md#case-157
  it('two routes that are swapped are deleted and created anew', async () => {
    await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    await cluster.createNode('node-b', { podCIDRs: ['10.244.2.0/24'] });
    const controller = await cluster.startController({
      provider: cloudWith(routeOf('node-b', '10.244.1.0/24'), routeOf('node-a', '10.244.2.0/24')),
    });
    await cluster.networkUnavailable('node-a', created);
    await cluster.networkUnavailable('node-b', created);
    await controller.ran();
    expect(controller.changes).toEqual([
      'delete-route node-b 10.244.1.0/24',
      'delete-route node-a 10.244.2.0/24',
      'create-route node-a 10.244.1.0/24',
      'create-route node-b 10.244.2.0/24',
    ]);
  });

  it.each<[string, Route, readonly string[]]>([
    // @see docs/reference/contract.md#case-158
    [
      'a route to an unknown node is deleted',
      routeOf('node-x', '10.244.9.0/24'),
      ['delete-route node-x 10.244.9.0/24'],
    ],
    // @see docs/reference/contract.md#case-159
    ['a route outside of the cluster stays', routeOf('node-x', '10.9.0.0/24'), []],
    [
      'a route outside of the cluster stays, also one that leads nowhere',
      routeOf('', '10.9.0.0/24', { blackhole: true }),
      [],
    ],
    // @see docs/reference/contract.md#case-160
    [
      'a route that leads nowhere is deleted',
      routeOf('', '10.244.9.0/24', { blackhole: true }),
      ['delete-route  10.244.9.0/24'],
    ],
    // @see docs/reference/contract.md#case-170
    ['a route whose destination is no CIDR stays', routeOf('node-x', '10.244.9'), []],

    [
      'somebody else’s route within the cluster stays',
      routeOf('', '10.244.9.0/24', { foreign: true }),
      [],
    ],
  ])('%s', async (_what, route, changes) => {
    const controller = await cluster.startController({ provider: cloudWith(route) });
    await controller.ran();
    expect(controller.changes).toEqual(changes);
  });

  // @see docs/reference/contract.md#case-161
  it('a node without pod CIDRs and without routes is left alone', async () => {
    const node = await cluster.createNode('node-a', {});
    const controller = await cluster.startController({ provider: new FakeCloudProvider() });
    await controller.ran();
    expect(controller.changes).toEqual([]);
    expect(await cluster.node('node-a')).toEqual(node);
  });

  // @see docs/reference/contract.md#case-162
  it('a node without pod CIDRs loses its route and says so', async () => {
    await cluster.createNode('node-a', {});
    const controller = await cluster.startController({
      provider: cloudWith(routeOf('node-a', '10.244.1.0/24')),
    });
    await cluster.networkUnavailable('node-a', notCreated);
    await controller.ran();
    expect(controller.changes).toEqual(['delete-route node-a 10.244.1.0/24']);
  });

  // @see docs/reference/contract.md#case-163
  it('where addresses matter, a changed one replaces the route, one step after the other', async () => {
    const provider = cloudWith(
      routeOf('node-a', '10.244.1.0/24', {
        enableNodeAddresses: true,
        targetNodeAddresses: [internalIP('192.168.0.1')],
      }),
    );
    const gate = new Gate();
    provider.answer('delete-route', heldBy(gate));
    await cluster.createNode('node-a', {
      podCIDRs: ['10.244.1.0/24'],
      addresses: [internalIP('192.168.0.9')],
    });
    const controller = await cluster.startController({ provider });
    await until('the route is about to go', () => gate.waiting === 1);
    expect(controller.calls('create-route')).toEqual([]);
    gate.open();
    await cluster.networkUnavailable('node-a', created);
    await controller.ran();
    expect(controller.changes).toEqual([
      'delete-route node-a 10.244.1.0/24',
      'create-route node-a 10.244.1.0/24',
    ]);
    expect(provider.maxInFlight()).toBe(1);
    expect(provider.routeTable[0]?.targetNodeAddresses).toEqual([internalIP('192.168.0.9')]);
  });

  // @see docs/reference/contract.md#case-164
  it('where addresses do not matter, a changed one is nothing', async () => {
    const provider = cloudWith(
      routeOf('node-a', '10.244.1.0/24', {
        enableNodeAddresses: false,
        targetNodeAddresses: [internalIP('192.168.0.1')],
      }),
    );
    await cluster.createNode('node-a', {
      podCIDRs: ['10.244.1.0/24'],
      addresses: [internalIP('192.168.0.9')],
    });
    const controller = await cluster.startController({ provider });
    await cluster.networkUnavailable('node-a', created);
    await controller.ran();
    expect(controller.changes).toEqual([]);
  });

  // @see docs/reference/contract.md#case-165
  it('a route that the cloud refuses is told, shown and tried again', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('create-route', throws(new Error('quota exceeded')));
    await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    await cluster.startController({ provider });
    const node = await cluster.networkUnavailable('node-a', notCreated);
    const event = await cluster.event(node, 'FailedToCreateRoute');
    expect([event.type, event.source?.component]).toEqual(['Warning', 'route_controller']);
    expect(event.message).toMatch(
      new RegExp(
        `^Could not create route ${node.metadata?.uid} 10\\.244\\.1\\.0/24 for node node-a after \\d+m?s: quota exceeded$`,
      ),
    );
    provider.answerAsUsual();
    await cluster.networkUnavailable('node-a', created);
  });

  // @see docs/reference/contract.md#case-166
  it('another’s good condition becomes ours', async () => {
    await cluster.createNode('node-a', {
      podCIDRs: ['10.244.1.0/24'],
      conditions: [condition('False', 'CalicoIsUp')],
    });
    await cluster.startController({ provider: cloudWith(routeOf('node-a', '10.244.1.0/24')) });
    const { status } = await cluster.networkUnavailable('node-a', created);
    expect(status?.conditions).toMatchObject([{ message: 'RouteController created a route' }]);
  });

  // @see docs/reference/contract.md#case-167
  it('a condition that differs in its message alone is not written', async () => {
    const node = await cluster.createNode('node-a', {
      podCIDRs: ['10.244.1.0/24'],
      conditions: [condition('False', 'RouteCreated')],
    });
    const controller = await cluster.startController({ provider: new FakeCloudProvider() });
    await controller.ran();
    expect(controller.table).toEqual(['node-a 10.244.1.0/24']);
    expect(await cluster.node('node-a')).toEqual(node);
  });

  // @see docs/reference/contract.md#case-168
  it('without a list nothing happens, and the run counts', async () => {
    const provider = cloudWith(routeOf('node-x', '10.244.9.0/24'));
    provider.answer('list-routes', throws(new Error('boom')));
    const node = await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    const controller = await cluster.startController({ provider });
    await controller.ran();
    expect(controller.changes).toEqual([]);
    expect(await cluster.node('node-a')).toEqual(node);
    expect(await cluster.events(node)).toEqual([]);
    expect(await controller.metrics.render()).toMatch(
      /^route_controller_route_sync_total [2-9]\d*$/m,
    );
  });

  // @see docs/reference/contract.md#case-169
  it('a pod CIDR outside of the cluster gets no route', async () => {
    await cluster.createNode('node-a', { podCIDRs: ['10.9.1.0/24'] });
    await cluster.createNode('node-b', { podCIDRs: ['10.244.1.0/24'] });
    const controller = await cluster.startController({ provider: new FakeCloudProvider() });
    await cluster.networkUnavailable('node-b', created);
    await controller.ran();
    expect(controller.changes).toEqual(['create-route node-b 10.244.1.0/24']);
  });

  // @see docs/reference/contract.md#case-171
  it('of 250 routes no more than 200 are in flight', async () => {
    const provider = new FakeCloudProvider();
    const gate = new Gate();
    provider.answer('create-route', heldBy(gate));
    const numbers = Array.from({ length: 250 }, (_, index) => index);
    await Promise.all(
      numbers.map((index) =>
        cluster.createNode(`node-${index}`, { podCIDRs: [`10.244.${index}.0/24`] }),
      ),
    );
    const controller = await cluster.startController({ provider });
    await until('200 wait for the cloud', () => gate.waiting === 200);
    gate.open();
    for (const index of numbers) await cluster.networkUnavailable(`node-${index}`, created);
    await controller.ran();
    expect(provider.maxInFlight({ operation: 'create-route' })).toBe(200);
    expect([controller.changes.length, controller.table.length]).toEqual([250, 250]);
  });

  // @see docs/reference/contract.md#case-172
  it('only what matters to routes starts a run, once within 10 s', async () => {
    const clock = new FakeClock();
    const controller = await cluster.startController({
      provider: new FakeCloudProvider(),
      periodMs: 3_600_000,
      clock,
    });
    const lists = () => controller.calls('list-routes').length;
    /** Changes a Node, waits until that is seen, and lets a window pass. */
    const runsAfter = async (...changes: readonly (() => ReturnType<TestCluster['node']>)[]) => {
      const before = lists();
      for (const change of changes) await controller.sawNode(await change());
      await clock.advance(10_000);
      await until('the run has ended', () => controller.provider.inFlight() === 0);
      return lists() - before;
    };
    await until('the first run has ended', () => lists() === 1);
    await clock.advance(10_000);
    expect(await runsAfter(() => cluster.createNode('node-a', {}))).toBe(1);
    const ready = (status: string) =>
      cluster.patchStatus('node-a', {
        conditions: [{ type: 'Ready', status }],
        images: [{ names: [`image-${status}`], sizeBytes: 1 }],
      });
    expect(
      await runsAfter(
        () => ready('True'),
        () => ready('False'),
      ),
    ).toBe(0);
    const withCidr = { spec: { podCIDRs: ['10.244.1.0/24'], podCIDR: '10.244.1.0/24' } };
    expect(await runsAfter(() => cluster.patchNode('node-a', withCidr))).toBe(1);
    await controller.sawNode(await cluster.networkUnavailable('node-a', created));
    const at = (address: string) =>
      cluster.patchStatus('node-a', { addresses: [internalIP(address)] });
    expect(await runsAfter(() => at('192.168.0.1'))).toBe(1);
    // The first of a burst at once, all others together.
    const burst = Array.from({ length: 10 }, (_, index) => () => at(`192.168.0.${index + 2}`));
    expect(await runsAfter(...burst)).toBe(2);
    expect(controller.table).toEqual(['node-a 10.244.1.0/24']);
  });

  it('a node that goes takes its route with it, and one that comes under its name gets its own', async () => {
    await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    const controller = await cluster.startController({ provider: new FakeCloudProvider() });
    await cluster.networkUnavailable('node-a', created);
    await cluster.deleteNode('node-a');
    await until('the route is gone', () => controller.table.length === 0);
    const { metadata } = await cluster.createNode('node-a', { podCIDRs: ['10.244.2.0/24'] });
    await cluster.networkUnavailable('node-a', created);
    expect(controller.table).toEqual(['node-a 10.244.2.0/24']);
    expect(controller.calls('create-route').at(-1)?.nameHint).toBe(metadata?.uid);
  });

  it.each<[string, readonly Route[]]>([
    ['removed', []],
    ['led elsewhere', [routeOf('', '10.244.1.0/24')]],
    ['led to another node', [routeOf('node-b', '10.244.1.0/24')]],
    ['left without its server', [routeOf('node-a', '10.244.1.0/24', { blackhole: true })]],
  ])('a route that is %s behind our back is right again', async (_what, routes) => {
    await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    await cluster.createNode('node-b', {});
    const provider = cloudWith(routeOf('node-a', '10.244.1.0/24'));
    const controller = await cluster.startController({ provider });
    await cluster.networkUnavailable('node-a', created);
    provider.removeRoute('rt-10.244.1.0/24');
    for (const route of routes) provider.seedRoute(route);
    await until('the route leads to the node', () =>
      provider.routeTable.every(
        ({ targetNode, blackhole }) => targetNode === 'node-a' && blackhole !== true,
      ),
    );
    await until('the route is there', () => controller.table.length === 1);
    expect(controller.table).toEqual(['node-a 10.244.1.0/24']);
  });

  it('somebody else’s route to the same destination is named, and nothing is doubled', async () => {
    const description = 'rt-9 (next hop ecs-9)';
    const node = await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    const controller = await cluster.startController({
      provider: cloudWith(routeOf('', '10.244.1.7/24', { foreign: true, description })),
    });
    await cluster.networkUnavailable('node-a', notCreated);
    const { message } = await cluster.event(node, 'FailedToCreateRoute');
    expect(message).toContain(description);
    await controller.ran();
    expect(controller.changes).toEqual([]);
  });

  it('somebody else’s route to the node itself is as good as ours', async () => {
    await cluster.createNode('node-a', { podCIDRs: ['10.244.1.0/24'] });
    const controller = await cluster.startController({
      provider: cloudWith(routeOf('node-a', '10.244.1.0/24', { foreign: true })),
    });
    const node = await cluster.networkUnavailable('node-a', created);
    await controller.ran();
    expect(controller.changes).toEqual([]);
    expect(await cluster.events(node)).toEqual([]);
  });

  it('a condition of another kind survives ours', async () => {
    await cluster.createNode('node-a', {
      podCIDRs: ['10.244.1.0/24'],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    });
    await cluster.startController({ provider: new FakeCloudProvider() });
    const node = await cluster.networkUnavailable('node-a', created);
    expect(node.status?.conditions?.map(({ type }) => type).toSorted()).toEqual([
      'NetworkUnavailable',
      'Ready',
    ]);
    expect(networkUnavailableOf(node)).toBe(created);
  });
});

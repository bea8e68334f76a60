import { describe, expect, it } from '@jest/globals';
import { NodePendingError } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, inTurn, throws } from '@k8s-ccm/cloud-provider/testing';
import { nodeOf, routeOf, scene } from './virtual-controller.ts';

/** The scene's `--cluster-cidr` is 10.244.0.0/16. */
describe('a pod CIDR outside of --cluster-cidr', () => {
  it('gets no route, and the node is told once a run and left as it is', async () => {
    const { clock, cloud, events, patches, warnings, stop } = scene({
      nodes: [nodeOf('a', '10.9.1.0/24')],
      periodMs: 10_000,
    });
    await clock.advance(10_000);
    expect(cloud.operations()).toEqual(['list-routes', 'list-routes']);
    expect(warnings).toEqual(['route not created, it lies outside of --cluster-cidr']);
    expect(events).toEqual([
      'Warning FailedToCreateRoute Could not create route uid-a 10.9.1.0/24 for node a after 0s: it lies outside of --cluster-cidr (10.244.0.0/16)',
      'Warning FailedToCreateRoute Could not create route uid-a 10.9.1.0/24 for node a after 0s: it lies outside of --cluster-cidr (10.244.0.0/16)',
    ]);
    expect(patches).toEqual([]);
    await stop();
  });

  it('of a family without a range gets no route in silence, and does not count for the condition', async () => {
    const cloud = new FakeCloudProvider();
    const theirs = routeOf('', 'fd00:0:0:1::/64', { name: 'theirs', foreign: true });
    cloud.seedRoute(theirs);
    const { clock, events, patches, warnings, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24', 'fd00:0:0:1::/64')],
    });
    await clock.advance(0);
    expect(cloud.routeTable.map(({ destinationCIDR }) => destinationCIDR)).toEqual([
      'fd00:0:0:1::/64',
      '10.244.1.0/24',
    ]);
    expect([warnings, events]).toEqual([[], []]);
    expect(patches).toMatchObject([
      { patch: { status: { conditions: [{ status: 'False', reason: 'RouteCreated' }] } } },
    ]);
    await stop();
  });

  it('that was given a route earlier loses it once no node has it, if the route is proven to be ours', async () => {
    const cloud = new FakeCloudProvider();
    const made = routeOf('a', 'fd00:0:0:1::/64', { ownership: 'proven' });
    cloud.seedRoute(made);
    const { clock, seen, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24', 'fd00:0:0:1::/64')],
    });
    await clock.advance(0);
    expect(cloud.routeTable).toContainEqual(made);
    seen.put(nodeOf('a', '10.244.1.0/24'));
    await clock.advance(10_000);
    expect(cloud.routeTable.map(({ destinationCIDR }) => destinationCIDR)).toEqual([
      '10.244.1.0/24',
    ]);
    await stop();
  });
});

describe('a node that waits for its initialization', () => {
  it('gets its route afterwards, without an event and without another try until then', async () => {
    const cloud = new FakeCloudProvider();
    cloud.answer('create-route', inTurn(throws(new NodePendingError('not yet'))));
    const { clock, events, lists, patches, seen, warnings, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24')],
    });
    await clock.advance(60_000);
    expect([lists(), warnings, events]).toEqual([1, [], []]);
    expect(patches).toMatchObject([
      { patch: { status: { conditions: [{ status: 'True', reason: 'NoRouteCreated' }] } } },
    ]);
    const node = nodeOf('a', '10.244.1.0/24');
    seen.put({ ...node, spec: { ...node.spec, providerID: 'fake://1' } });
    await clock.advance(10_000);
    expect(cloud.routeTable).toMatchObject([{ targetNode: 'a' }]);
    expect(events).toEqual([]);
    await stop();
  });
});

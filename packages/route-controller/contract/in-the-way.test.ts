import { describe, expect, it } from '@jest/globals';
import type { Route } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { nodeOf, routeOf, scene } from './virtual-controller.ts';

function theirs(name: string): Route {
  return routeOf('', '10.244.1.0/24', { name, foreign: true });
}

describe("somebody else's route to the destination of a node", () => {
  it('is named in an event, and nothing is created or deleted', async () => {
    const cloud = new FakeCloudProvider();
    const description = 'rt-1 (next hop ecs-9)';
    cloud.seedRoute(routeOf('', '10.244.1.0/24', { foreign: true, description }));
    const { clock, events, patches, warnings, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24')],
    });
    await clock.advance(0);
    expect(cloud.operations()).toEqual(['list-routes']);
    expect(warnings).toEqual(['route not created, another is in the way']);
    expect(events).toEqual([
      'Warning FailedToCreateRoute Could not create route uid-a 10.244.1.0/24 for node a after 0s: the cloud has another route to it, rt-1 (next hop ecs-9), which leads elsewhere and was not made for this cluster: delete it, or let it lead to this node',
    ]);
    expect(patches).toMatchObject([
      {
        name: 'a',
        patch: { status: { conditions: [{ status: 'True', reason: 'NoRouteCreated' }] } },
      },
    ]);
    await stop();
  });

  it('is logged once, and again where it is another one, or has come back', async () => {
    const cloud = new FakeCloudProvider();
    cloud.seedRoute(theirs('rt-1'));
    const { clock, events, warnings, stop } = scene({
      cloud,
      nodes: [nodeOf('a', '10.244.1.0/24')],
      periodMs: 10_000,
    });
    await clock.advance(20_000);
    expect([warnings.length, events.length]).toEqual([1, 3]);
    cloud.removeRoute('rt-1');
    cloud.seedRoute(theirs('rt-2'));
    await clock.advance(20_000);
    expect(warnings).toHaveLength(2);
    cloud.removeRoute('rt-2');
    await clock.advance(10_000);
    for (const { name } of cloud.routeTable) cloud.removeRoute(name);
    cloud.seedRoute(theirs('rt-2'));
    await clock.advance(20_000);
    expect(warnings).toHaveLength(3);
    await stop();
  });
});

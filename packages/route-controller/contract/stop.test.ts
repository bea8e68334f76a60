import { describe, expect, it } from '@jest/globals';
import { FakeCloudProvider, Gate, heldBy } from '@k8s-ccm/cloud-provider/testing';
import { nodeOf, routeOf, scene } from './virtual-controller.ts';

describe('the stop of the route controller', () => {
  it.each(['list-routes', 'delete-route', 'create-route'] as const)(
    'does nothing more once it is stopped during %s, and ends when that has ended',
    async (operation) => {
      const cloud = new FakeCloudProvider();
      const held = Promise.withResolvers<void>();
      cloud.seedRoute(routeOf('gone', '10.244.9.0/24'));
      cloud.seedRoute(routeOf('', '10.244.2.0/24', { foreign: operation !== 'create-route' }));
      // A cloud that goes on with what it has begun, whatever the signal says.
      cloud.answer(operation, async (_call, usual) => {
        await held.promise;
        return usual();
      });
      const { clock, abort, state, events, patches, warnings, stop } = scene({
        cloud,
        nodes: [nodeOf('a', '10.244.1.0/24'), nodeOf('b', '10.244.2.0/24')],
      });
      await clock.advance(0);
      const before = cloud.operations();
      expect(before.at(-1)).toBe(operation);
      abort();
      await clock.advance(0);
      expect(state.ended).toBe(false);
      held.resolve();
      await clock.advance(60_000);
      expect(state.ended).toBe(true);
      expect(cloud.operations()).toEqual(before);
      expect([events, patches, warnings, clock.timers]).toEqual([[], [], [], []]);
      await stop();
    },
  );

  it.each(['delete-route', 'create-route'] as const)(
    'begins no %s that waits in line when it is stopped',
    async (operation) => {
      const cloud = new FakeCloudProvider();
      const nodes = Array.from({ length: 201 }, (_, index) =>
        nodeOf(`n${index}`, `10.244.${index}.0/24`),
      );
      if (operation === 'delete-route') {
        for (const { metadata } of nodes) {
          cloud.seedRoute(routeOf(`not-${metadata?.name}`, '10.244.0.0/24'));
        }
      }
      const held = Promise.withResolvers<void>();
      cloud.answer(operation, () => held.promise);
      const { clock, abort, stop } = scene({ cloud, nodes });
      await clock.advance(0);
      abort();
      held.resolve();
      await stop();
      expect(cloud.calls({ operation })).toHaveLength(200);
    },
  );

  it.each(['list-routes', 'delete-route', 'create-route'] as const)(
    'tells nothing of %s that the stop has ended',
    async (operation) => {
      const cloud = new FakeCloudProvider();
      cloud.seedRoute(routeOf('gone', '10.244.9.0/24'));
      cloud.answer(operation, heldBy(new Gate()));
      const { clock, events, patches, warnings, stop } = scene({
        cloud,
        nodes: [nodeOf('a', '10.244.1.0/24')],
      });
      await clock.advance(0);
      await stop();
      expect(cloud.calls({ operation }).map(({ state }) => state)).toEqual(['threw']);
      expect([events, patches, warnings]).toEqual([[], [], []]);
    },
  );
});

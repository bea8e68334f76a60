import { describe, expect, it } from '@jest/globals';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { nodeOf, routeOf, scene } from './virtual-controller.ts';

describe('the start of the route controller', () => {
  it.each([true, false])(
    'looks at no route before all nodes are known, watching: %p',
    async (watch) => {
      const cloud = new FakeCloudProvider();
      cloud.seedRoute(routeOf('a', '10.244.1.0/24'));
      cloud.seedRoute(routeOf('b', '10.244.2.0/24'));
      const { promise: synced, resolve } = Promise.withResolvers<void>();
      const { clock, seen, stop } = scene({ cloud, watch, synced, periodMs: 10_000 });
      seen.put(nodeOf('a', '10.244.1.0/24'), true);
      await clock.advance(60_000);
      expect(cloud.operations()).toEqual([]);
      seen.put(nodeOf('b', '10.244.2.0/24'), true);
      resolve();
      await clock.advance(0);
      expect(cloud.operations()).toEqual(['list-routes']);
      expect(cloud.routeTable).toHaveLength(2);
      await stop();
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import type { Route } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { nodeOf, routeOf, scene } from './virtual-controller.ts';

const cidr = '10.244.1.0/24';

/** What others make of the route of node `a`. */
const changes: readonly (readonly [string, readonly Route[]])[] = [
  ['removed', []],
  ['led to no node', [routeOf('', cidr)]],
  ['led to another node', [routeOf('b', cidr)]],
  ['left without its server', [routeOf('a', cidr, { blackhole: true })]],
  ['doubled', [routeOf('a', cidr), routeOf('a', cidr, { name: 'rt-2' })]],
];

const paces = [
  { watch: true, periodMs: 10_000 },
  { watch: true, periodMs: 60_000 },
  { watch: true, periodMs: 500 },
  { watch: false, periodMs: 60_000 },
];

const cases = paces.flatMap((pace) => changes.map(([what, routes]) => ({ ...pace, what, routes })));

/** A controller that has made the routes of nodes `a` and `b`. */
async function settled({ watch, periodMs }: { watch: boolean; periodMs: number }) {
  const cloud = new FakeCloudProvider();
  const nodes = [nodeOf('a', cidr), nodeOf('b', '10.244.2.0/24')];
  const running = scene({ cloud, nodes, periodMs, watch });
  await running.clock.advance(0);
  const isRight = () => {
    const lines = cloud.routeTable.map(({ targetNode, destinationCIDR, blackhole = false }) =>
      [targetNode, destinationCIDR, blackhole].join(' '),
    );
    return lines.toSorted().join() === `a ${cidr} false,b 10.244.2.0/24 false`;
  };
  const change = (routes: readonly Route[]) => {
    for (const { name, destinationCIDR } of cloud.routeTable) {
      if (destinationCIDR === cidr) cloud.removeRoute(name);
    }
    for (const route of routes) cloud.seedRoute(route);
  };
  return { ...running, isRight, change };
}

describe('a route behind our back', () => {
  it.each(cases)(
    '$what right after a run is right again a period of $periodMs ms later, watching: $watch',
    async ({ routes, ...pace }) => {
      const { clock, isRight, change, stop } = await settled(pace);
      expect(isRight()).toBe(true);
      change(routes);
      await clock.advance(pace.periodMs - 1);
      expect(isRight()).toBe(false);
      await clock.advance(1);
      expect(isRight()).toBe(true);
      await stop();
    },
  );

  it.each([15_000, 60_000])(
    'is right again within %p ms, also after a run that a node brought just before the period ended',
    async (periodMs) => {
      const { clock, seen, isRight, change, lists, stop } = await settled({
        watch: true,
        periodMs,
      });
      await clock.advance(2 * periodMs - 1);
      expect(lists()).toBe(2);
      seen.put(nodeOf('c'));
      await clock.advance(0);
      expect(lists()).toBe(3);
      change([]);
      await clock.advance(periodMs);
      expect(isRight()).toBe(true);
      await stop();
    },
  );
});

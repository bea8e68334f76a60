import { canonicalCidr } from '@k8s-ccm/foundation';
import type { Node } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { runs } from '@k8s-ccm/foundation/testing';
import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { RouteActor } from '../testing/route-actor.ts';
import { RouteCloud } from '../testing/route-cloud.ts';
import { cidrOf, routedCloud, routedNode } from '../testing/route-fixtures.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

const serverId = fc.constantFrom('i-1', 'i-2', 'i-3', 'i-4', 'i-5');
const anyServerId = fc.constantFrom('i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-gone');

const nodes: fc.Arbitrary<readonly Node[]> = fc
  .uniqueArray(fc.record({ n: fc.integer({ min: 1, max: 4 }), server: serverId }), {
    selector: ({ n }) => n,
  })
  .filter((list) => new Set(list.map(({ server }) => server)).size === list.length)
  .map((list) => list.map(({ n, server }) => routedNode(n, server)));

/** Anything that may stand in a table: ours of earlier days, another cluster's, a person's. */
const wire = fc.record({
  routeTableId: fc.constantFrom('rtb-1', 'rtb-1', 'rtb-2'),
  destination: fc.constantFrom(
    ...[1, 2, 3, 4, 5].map(cidrOf),
    '10.244.2.7/24',
    '0.0.0.0/0',
    'fd00::/64',
    'local',
  ),
  nextHopType: fc.constantFrom('ECS', 'ECS', 'NAT'),
  nextHopId: anyServerId,
  description: fc.constantFrom(
    ...[1, 2, 3, 4, 5].map((n) => `k8s-ccm/kubernetes/node-${n}`),
    'k8s-ccm/other/node-1',
    'k8s-ccm/kubernetes',
    'k8s-ccm/kubernetes/node-1, by hand',
    'by hand',
    '',
  ),
});

const table = fc
  .uniqueArray(wire, {
    selector: ({ destination, routeTableId }) => `${routeTableId} ${canonicalCidr(destination)}`,
    maxLength: 7,
  })
  .map((list) => list.map((route, index) => Object.assign({ routeId: `r-${index}` }, route)));

/** The timeout of an attempt in the configuration, which the clock must know, ms. */
const attemptMs = 5000;

const ours = /^k8s-ccm\/kubernetes\/[\w.~-]+$/;

it('comes from any table to the wanted one, stays there, and touches nothing of others or in doubt', async () => {
  const clock = new VirtualClock(attemptMs);
  await using emulator = await startEmulator({ clock });

  /** What is not ours, byte for byte. */
  const strangers = (): string =>
    JSON.stringify(
      emulator
        .state()
        .routes.filter((one) => one.routeTableId !== 'rtb-1' || !ours.test(one.description)),
    );

  await fc.assert(
    fc.asyncProperty(table, nodes, nodes, async (routes, someNodes, otherNodes) => {
      emulator.replaceState({ ...routedCloud(5), routes });
      const before = strangers();
      await using cloud = new RouteCloud(emulator, { clock });

      // A route to a server that was never a node's may be of another cluster with the same name.
      const servers = new Set<string>();
      for (const wanted of [someNodes, otherNodes]) {
        for (const { spec } of wanted)
          servers.add(spec?.providerID?.replace('incloud://', '') ?? '');
        const actor = new RouteActor(wanted);
        const conflicts = await actor.run(cloud.routes);
        const unexpected =
          /not made by this controller|or another one with the same --cluster-name/;
        expect(conflicts.filter((text) => !unexpected.test(text))).toEqual([]);
        expect(strangers()).toBe(before);
        const settled = emulator.state().routes.filter((one) => one.routeTableId === 'rtb-1');
        const wantedHops = new Map(
          wanted.map(({ spec }) => [
            spec?.podCIDRs?.[0] ?? '',
            spec?.providerID?.replace('incloud://', ''),
          ]),
        );
        for (const [cidr, hop] of wantedHops) {
          const there = settled.filter(({ destination }) => canonicalCidr(destination) === cidr);
          const isServed = there.some(
            ({ nextHopId, nextHopType }) => nextHopType === 'ECS' && nextHopId === hop,
          );
          expect(there).toHaveLength(1);
          expect(isServed).toBe(conflicts.every((text) => !text.includes(`to ${cidr}:`)));
        }
        const left = settled.filter(({ description }) => ours.test(description));
        expect(
          left.filter(
            ({ destination, nextHopId, nextHopType, routeId }) =>
              wantedHops.get(canonicalCidr(destination)) !== nextHopId &&
              !(routeId.startsWith('r-') && nextHopType === 'ECS' && !servers.has(nextHopId)),
          ),
        ).toEqual([]);
        cloud.operations();
        expect(await actor.run(cloud.routes)).toEqual(conflicts);
        expect(cloud.operations().filter((name) => /^(?:Add|Delete)/.test(name))).toEqual([]);
      }

      // Whatever a caller asks to delete.
      for (const route of await cloud.list()) await cloud.delete(route);
      expect(JSON.stringify(emulator.state().routes)).toBe(before);
    }),
    { numRuns: runs(100) },
  );
}, 60_000);

import { describe, expect, it } from '@jest/globals';
import type { Node, Route } from '@k8s-ccm/cloud-provider';
import * as fc from 'fast-check';
import { isInCluster, parseClusterCidrs } from './cluster-cidrs.ts';
import { planRoutes, sameForEqual } from './plan-routes.ts';
import type { RouteFacts, RoutePlan } from './plan-routes.ts';

const clusterCidrs = parseClusterCidrs('10.244.0.0/16,fd00:10::/48');

/** Few of each, so that they meet; each destination in more than one spelling. */
const destination = fc.constantFrom(
  '10.244.1.0/24',
  '10.244.1.9/24',
  '10.244.2.0/24',
  'fd00:10:0:1::/64',
  'FD00:10:0:1:0::/64',
  '10.9.1.0/24',
  '10.9.1.0/024',
);
const names = ['a', 'b', 'c'];
const addresses = fc
  .subarray(['192.168.0.1', '192.168.0.2'])
  .map((list) => list.map((address) => ({ type: 'InternalIP', address })));

const nodes: fc.Arbitrary<readonly Node[]> = fc
  .tuple(fc.subarray(names), fc.array(fc.tuple(fc.array(destination, { maxLength: 2 }), addresses)))
  .map(([present, facts]) =>
    present.map((name, index) => ({
      metadata: { name, uid: `uid-${name}` },
      spec: { podCIDRs: facts[index]?.[0] ?? [] },
      status: { addresses: facts[index]?.[1] ?? [] },
    })),
  );

const routes: fc.Arbitrary<readonly Route[]> = fc
  .array(
    fc.record({
      targetNode: fc.constantFrom('', 'gone', ...names),
      destinationCIDR: fc.oneof(destination, fc.constant('no CIDR')),
      blackhole: fc.boolean(),
      foreign: fc.boolean(),
      enableNodeAddresses: fc.boolean(),
      targetNodeAddresses: addresses,
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((route, index) => ({ ...route, name: `rt-${index}` })));

const facts: fc.Arbitrary<RouteFacts> = fc.record({
  routes,
  nodes,
  clusterCidrs: fc.constant(clusterCidrs),
});

/** The table once the plan is done, each destination made once; the cloud lists addresses where it says so. */
function applied(
  table: readonly Route[],
  plan: RoutePlan,
  enableNodeAddresses: boolean,
): readonly Route[] {
  const added = new Map(
    plan.nodes.flatMap(({ add }) =>
      add.map((route) => [sameForEqual(route.destinationCIDR), route] as const),
    ),
  );
  return [
    ...table.filter((route) => !plan.remove.includes(route)),
    ...[...added.values()].map((route, index) => ({
      ...route,
      name: `new-${index}`,
      enableNodeAddresses,
    })),
  ];
}

describe('a plan', () => {
  it('leaves nothing to do once it is done', () => {
    fc.assert(
      fc.property(facts, fc.boolean(), (given, enableNodeAddresses) => {
        const plan = planRoutes(given);
        const table = applied(given.routes, plan, enableNodeAddresses);
        const next = planRoutes({ ...given, routes: table });
        expect(next.remove).toEqual([]);
        expect(next.nodes.flatMap(({ add }) => add)).toEqual([]);
        const shown = new Map(plan.nodes.map(({ node, reachable }) => [node, reachable]));
        for (const { node, reachable } of next.nodes) expect(reachable).toBe(shown.get(node));
      }),
    );
  });

  it('never removes what others made, what lies outside of the cluster, and what is no CIDR', () => {
    fc.assert(
      fc.property(facts, (given) => {
        for (const { foreign, destinationCIDR } of planRoutes(given).remove) {
          expect([foreign, isInCluster(destinationCIDR, clusterCidrs)]).toEqual([false, true]);
        }
      }),
    );
  });

  it('never keeps and removes the same route, and adds nothing beside a route that stays', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const plan = planRoutes(given);
        const staying = given.routes.filter((route) => !plan.remove.includes(route));
        expect(staying).toEqual(expect.arrayContaining([...plan.keep]));
        const taken = new Set(staying.map(({ destinationCIDR }) => sameForEqual(destinationCIDR)));
        for (const { destinationCIDR } of plan.nodes.flatMap(({ add }) => add)) {
          expect(taken.has(sameForEqual(destinationCIDR))).toBe(false);
        }
      }),
    );
  });

  it('keeps one route of ours to a destination, and adds none that leads to another node', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const plan = planRoutes(given);
        const ours = plan.keep.filter(
          ({ foreign, destinationCIDR }) =>
            foreign !== true && isInCluster(destinationCIDR, clusterCidrs),
        );
        const kept = ours.map(({ destinationCIDR }) => sameForEqual(destinationCIDR));
        expect(new Set(kept).size).toBe(kept.length);
        const added = plan.nodes.flatMap(({ add }) => add);
        const targets = new Set(
          added.map(({ destinationCIDR, targetNode }) =>
            [sameForEqual(destinationCIDR), targetNode].join(' '),
          ),
        );
        const destinations = added.map(({ destinationCIDR }) => sameForEqual(destinationCIDR));
        expect(targets.size).toBe(new Set(destinations).size);
      }),
    );
  });

  it('makes a node reachable exactly where each of its pod CIDRs has a route to it', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const plan = planRoutes(given);
        const table = applied(given.routes, plan, false).filter(({ blackhole }) => !blackhole);
        for (const { node, reachable } of plan.nodes) {
          const { podCIDRs = [] } = node.spec ?? {};
          const leads = podCIDRs.map((podCIDR) =>
            table.some(
              ({ targetNode, destinationCIDR }) =>
                targetNode === node.metadata?.name &&
                sameForEqual(destinationCIDR) === sameForEqual(podCIDR),
            ),
          );
          expect(reachable).toBe(leads.length > 0 && leads.every((led) => led));
        }
      }),
    );
  });
});

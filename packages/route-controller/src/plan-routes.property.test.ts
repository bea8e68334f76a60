import { describe, expect, it } from '@jest/globals';
import type { Node, Route } from '@k8s-ccm/cloud-provider';
import { canonicalCidr } from '@k8s-ccm/foundation';
import * as fc from 'fast-check';
import { isInCluster, isServed, parseClusterCidrs } from './cluster-cidrs.ts';
import { planRoutes } from './plan-routes.ts';
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
      ownership: fc.constantFrom(undefined, 'proven' as const, 'doubtful' as const),
      enableNodeAddresses: fc.boolean(),
      targetNodeAddresses: addresses,
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(({ ownership, ...route }, index) => ({
      ...route,
      ...(ownership === undefined ? {} : { ownership }),
      name: `rt-${index}`,
    })),
  );

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
      add.map((route) => [canonicalCidr(route.destinationCIDR), route] as const),
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

  it('never removes what others made or may have made, and outside of the cluster only what is proven to be ours', () => {
    fc.assert(
      fc.property(facts, (given) => {
        for (const { foreign, destinationCIDR, ownership } of planRoutes(given).remove) {
          expect(foreign).toBe(false);
          expect(ownership).not.toBe('doubtful');
          expect(isInCluster(destinationCIDR, clusterCidrs) || ownership === 'proven').toBe(true);
        }
      }),
    );
  });

  it('never adds a route outside of the cluster', () => {
    fc.assert(
      fc.property(facts, (given) => {
        for (const { destinationCIDR } of planRoutes(given).nodes.flatMap(({ add }) => add)) {
          expect(isServed(destinationCIDR, clusterCidrs)).toBe(true);
        }
      }),
    );
  });

  it('never removes a route that leads to a node which has its destination as a pod CIDR outside of the cluster', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { remove } = planRoutes(given);
        for (const { blackhole, destinationCIDR, targetNode } of remove) {
          if (blackhole || isInCluster(destinationCIDR, clusterCidrs)) continue;
          const node = given.nodes.find(({ metadata }) => metadata?.name === targetNode);
          const podCIDRs = (node?.spec?.podCIDRs ?? []).map(canonicalCidr);
          expect(podCIDRs).not.toContain(canonicalCidr(destinationCIDR));
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
        const taken = new Set(staying.map(({ destinationCIDR }) => canonicalCidr(destinationCIDR)));
        for (const { destinationCIDR } of plan.nodes.flatMap(({ add }) => add)) {
          expect(taken.has(canonicalCidr(destinationCIDR))).toBe(false);
        }
      }),
    );
  });

  it('keeps one route of ours to a destination, and adds none that leads to another node', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const plan = planRoutes(given);
        const ours = plan.keep.filter(
          ({ foreign, destinationCIDR, ownership }) =>
            foreign !== true &&
            ownership !== 'doubtful' &&
            isInCluster(destinationCIDR, clusterCidrs),
        );
        const kept = ours.map(({ destinationCIDR }) => canonicalCidr(destinationCIDR));
        expect(new Set(kept).size).toBe(kept.length);
        const added = plan.nodes.flatMap(({ add }) => add);
        const targets = new Set(
          added.map(({ destinationCIDR, targetNode }) =>
            [canonicalCidr(destinationCIDR), targetNode].join(' '),
          ),
        );
        const destinations = added.map(({ destinationCIDR }) => canonicalCidr(destinationCIDR));
        expect(targets.size).toBe(new Set(destinations).size);
      }),
    );
  });

  it('makes a node reachable exactly if each of its pod CIDRs in the cluster has a route to it', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const plan = planRoutes(given);
        const table = applied(given.routes, plan, false).filter(({ blackhole }) => !blackhole);
        for (const { node, reachable } of plan.nodes) {
          const { podCIDRs = [] } = node.spec ?? {};
          const served = podCIDRs.filter((podCIDR) => isServed(podCIDR, clusterCidrs));
          const leads = served.map((podCIDR) =>
            table.some(
              ({ targetNode, destinationCIDR }) =>
                targetNode === node.metadata?.name &&
                canonicalCidr(destinationCIDR) === canonicalCidr(podCIDR),
            ),
          );
          const isLeftAlone = podCIDRs.length > 0 && served.length === 0;
          const isReachable = leads.length > 0 && leads.every((led) => led);
          expect(reachable).toBe(isLeftAlone ? undefined : isReachable);
        }
      }),
    );
  });
});

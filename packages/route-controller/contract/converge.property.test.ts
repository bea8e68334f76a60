import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import type { Node, Route } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import type { FakeAnswer } from '@k8s-ccm/cloud-provider/testing';
import * as fc from 'fast-check';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { nodeOf, routeOf, scene } from './virtual-controller.ts';

const periodMs = 10_000;
const foreign = routeOf('', '10.244.200.0/24', { name: 'theirs', foreign: true });
const outside = routeOf('gone', '10.9.0.0/24', { name: 'outside' });

/** What becomes of one call. */
type Fate = 'done' | 'refused' | 'lost';

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  /** A Node comes, or has its pod CIDR from now on. */
  | { readonly kind: 'node'; readonly number: number }
  | { readonly kind: 'node-goes'; readonly number: number }
  /** A route of ours leads to another server all at once, or its server is gone. */
  | { readonly kind: 'stray'; readonly number: number; readonly blackhole: boolean }
  | { readonly kind: 'route-goes'; readonly number: number }
  /** What becomes of the next calls. */
  | { readonly kind: 'fates'; readonly fates: readonly Fate[] }
  | { readonly kind: 'restart' };

const number = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: 15_000 }) }),
  fc.record({ kind: fc.constant('node'), number }),
  fc.record({ kind: fc.constant('node-goes'), number }),
  fc.record({ kind: fc.constant('stray'), number, blackhole: fc.boolean() }),
  fc.record({ kind: fc.constant('route-goes'), number }),
  fc.record({
    kind: fc.constant('fates'),
    fates: fc.array(fc.constantFrom<Fate>('done', 'done', 'refused', 'lost'), { maxLength: 6 }),
  }),
  fc.record({ kind: fc.constant('restart') }),
);

/** A cloud whose calls may fail, before or after they are done, and the doubles that it was asked for. */
function unreliableCloud() {
  const cloud = new FakeCloudProvider();
  const doubled: Route[] = [];
  let fates: readonly Fate[] = [];
  function failing<Result>(): FakeAnswer<Result> {
    return async ({ operation }, usual) => {
      const [fate = 'done', ...rest] = fates;
      fates = rest;
      // The slowest of all, so that it is seen whether anything overtakes it.
      if (operation === 'delete-route') await eventLoopTurn();
      if (fate === 'refused') throw new Error('refused');
      const result = usual();
      if (fate === 'lost') throw new Error('no answer');
      return result;
    };
  }
  cloud.answer('list-routes', failing());
  cloud.answer('delete-route', failing());
  const create = failing<void>();
  cloud.answer('create-route', (call, usual) => {
    const { route } = call;
    const others = cloud.routeTable.filter(
      ({ destinationCIDR }) => destinationCIDR === route?.destinationCIDR,
    );
    if (route !== undefined && others.length > 0) doubled.push(route);
    return create(call, usual);
  });
  cloud.seedRoute(foreign);
  cloud.seedRoute(outside);
  return { cloud, doubled, setFates: (next: readonly Fate[]) => void (fates = next) };
}

function cidrOf(index: number): string {
  return `10.244.${index}.0/24`;
}

function removeRouteTo(cloud: FakeCloudProvider, index: number): void {
  for (const { name, destinationCIDR } of cloud.routeTable) {
    if (destinationCIDR === cidrOf(index)) cloud.removeRoute(name);
  }
}

/** Sorted `node destination`, with what leads nowhere marked. */
function linesOf(routes: readonly Route[]): readonly string[] {
  return routes
    .map(({ targetNode, destinationCIDR, blackhole }) =>
      [targetNode, destinationCIDR, ...(blackhole === true ? ['nowhere'] : [])].join(' '),
    )
    .toSorted();
}

describe('the route controller', () => {
  it('makes every table right in the end, doubles nothing and leaves others’ routes alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, watch) => {
        const { cloud, doubled, setFates } = unreliableCloud();
        let running = scene({ cloud, periodMs, watch });
        const nodes = new Map<number, Node>();
        const play = async (next: Step): Promise<void> => {
          switch (next.kind) {
            case 'wait':
              return running.clock.advance(next.ms);
            case 'node':
              nodes.set(next.number, nodeOf(`n${next.number}`, cidrOf(next.number)));
              return running.seen.put(nodeOf(`n${next.number}`, cidrOf(next.number)));
            case 'node-goes':
              nodes.delete(next.number);
              return running.seen.remove(`n${next.number}`);
            case 'stray': {
              removeRouteTo(cloud, next.number);
              const { blackhole } = next;
              const name = `stray-${next.number}`;
              const target = blackhole ? `n${next.number}` : 'gone';
              return cloud.seedRoute(routeOf(target, cidrOf(next.number), { name, blackhole }));
            }
            case 'route-goes':
              return removeRouteTo(cloud, next.number);
            case 'fates':
              return setFates(next.fates);
            case 'restart':
              await running.stop();
              running = scene({ cloud, periodMs, watch, nodes: [...nodes.values()] });
          }
        };
        for (const next of steps) {
          await play(next);
          // A run is not met in its middle: what changes between a list and a creation, only the cloud can see.
          await running.clock.advance(0);
        }
        setFates([]);
        await running.clock.advance(2 * periodMs);
        await running.stop();
        const wanted = [...nodes.keys()].map((index) => routeOf(`n${index}`, cidrOf(index)));
        expect(linesOf(cloud.routeTable)).toEqual(linesOf([...wanted, foreign, outside]));
        expect(doubled).toEqual([]);
      }),
      { numRuns: runs(200) },
    );
  });
});

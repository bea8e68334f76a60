import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { DeleteFate, Deletion } from './memory-cluster.ts';
import type { Fault } from './memory-cloud.ts';
import { VirtualController } from './virtual-controller.ts';

const names = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'] as const;
type Name = (typeof names)[number];

type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | {
      readonly do: 'ready' | 'notReady' | 'lose' | 'die' | 'stop' | 'run' | 'recreate' | 'remove';
      readonly name: Name;
    }
  | { readonly do: 'fault'; readonly fault: Fault; readonly answers: number }
  | { readonly do: 'hide'; readonly name: Name }
  | { readonly do: 'fate'; readonly fate: DeleteFate }
  | { readonly do: 'lag'; readonly ms: number }
  | { readonly do: 'setWallClock'; readonly byMs: number };

const anyName = fc.constantFrom(...names);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      ms: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(60_000, 300_000, 660_000)),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'ready',
        'notReady',
        'notReady',
        'lose',
        'die',
        'die',
        'stop',
        'run',
        'recreate',
        'remove',
      ),
      name: anyName,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault'),
      fault: fc.constantFrom('error', 'incomplete', 'empty', 'stale', 'slow'),
      answers: fc.constantFrom(1, 2, 3, 200),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hide'), name: anyName }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fate'),
      fate: fc.constantFrom('done', 'refused', 'lost', 'late'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('lag'), ms: fc.integer({ min: 0, max: 8_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('setWallClock'),
      byMs: fc.constantFrom(-3_600_000, -1_000, 1_000, 3_600_000),
    }),
  },
);

/** How long a new server may be missing from complete answers; the grace covers it. */
const hiddenAfterCreationMs = 30_000;
const graceMs = 60_000;

/** The laws that hold at every moment, told by their breaches. */
class Judge {
  readonly deletions: Deletion[] = [];
  readonly breaches: string[] = [];
  readonly #virtual: VirtualController;
  readonly #limit: number;

  constructor(virtual: VirtualController, limit: number) {
    this.#virtual = virtual;
    this.#limit = limit;
    virtual.cluster.onDeleted = (deletion) => this.#deleted(deletion);
  }

  #deleted(deletion: Deletion): void {
    const { uid, name, at } = deletion;
    if (this.#virtual.cloud.servers.has(uid)) this.breaches.push(`${name} (${uid}) lives`);
    this.deletions.push(deletion);
    const inWindow = this.deletions.filter((other) => at - other.at < 600_000);
    if (inWindow.length > this.#limit) {
      this.breaches.push(`${inWindow.length} deletions in ten minutes, allowed ${this.#limit}`);
    }
  }
}

/** Plays steps upon the cluster and the cloud. */
class Play {
  readonly #virtual: VirtualController;
  /** When a server became visible in lists, on the monotonic clock, by UID. */
  readonly #visibleAt = new Map<string, number>();
  #fault: Fault = 'none';
  #answers = 0;
  readonly #toHide = new Set<string>();
  #hiddenLast: ReadonlySet<string> = new Set();

  constructor(virtual: VirtualController) {
    this.#virtual = virtual;
    virtual.cloud.fault = () => {
      this.#answers -= 1;
      return this.#answers >= 0 ? this.#fault : 'none';
    };
    virtual.cloud.hidden = () => this.#hidden();
  }

  async step(step: Step): Promise<void> {
    const { cluster, cloud, clock } = this.#virtual;
    switch (step.do) {
      case 'wait':
        return clock.advance(step.ms);
      case 'fault':
        this.#fault = step.fault;
        this.#answers = step.answers;
        return undefined;
      case 'fate':
        cluster.fate = () => step.fate;
        return undefined;
      case 'lag':
        cluster.lagMs = step.ms;
        return undefined;
      case 'setWallClock':
        return clock.setWallClock(clock.now() + step.byMs);
      case 'hide':
        this.#toHide.add(this.#uid(step.name));
        return undefined;
      case 'ready':
        return cluster.setReady(step.name, 'True');
      case 'notReady':
        return cluster.setReady(step.name, 'False');
      case 'lose':
        cloud.servers.delete(this.#uid(step.name));
        return undefined;
      case 'die':
        return this.#virtual.loseServer(step.name);
      case 'stop':
      case 'run':
        if (cloud.servers.has(this.#uid(step.name))) {
          cloud.servers.set(this.#uid(step.name), step.do === 'stop' ? 'stopped' : 'running');
        }
        return undefined;
      case 'remove':
        return cluster.remove(step.name);
      case 'recreate':
        return this.#recreate(step.name);
    }
  }

  /** All is well again: faults are over, who lives is Ready, who does not is not. */
  heal(): void {
    const { cluster, cloud } = this.#virtual;
    this.#answers = 0;
    this.#toHide.clear();
    cluster.fate = () => 'done';
    cluster.lagMs = 0;
    this.#virtual.addNode('healthy');
    for (const { metadata } of cluster.nodes) {
      const { name = '', uid = '' } = metadata ?? {};
      cluster.setReady(name, cloud.servers.has(uid) ? 'True' : 'False');
    }
  }

  /** The Nodes whose servers are gone. */
  get lost(): readonly string[] {
    const { cluster, cloud } = this.#virtual;
    return cluster.nodes
      .filter(({ metadata }) => !cloud.servers.has(metadata?.uid ?? ''))
      .map(({ metadata }) => metadata?.name ?? '');
  }

  /** Gives up after as long as the budget needs, and the clock to come back from where it was set to. */
  async untilNoneIsLost(): Promise<void> {
    for (let windows = 0; windows < 100 && this.lost.length > 0; windows += 1) {
      await this.#virtual.clock.advance(600_000);
    }
  }

  #recreate(name: Name): void {
    const { cluster, clock } = this.#virtual;
    cluster.remove(name);
    const uid = this.#virtual.addNode(name, 'False');
    this.#visibleAt.set(uid, clock.monotonic() + hiddenAfterCreationMs);
  }

  /** New servers for a while, and for one answer, never for two on end, those that a step has named. */
  #hidden(): ReadonlySet<string> {
    const now = this.#virtual.clock.monotonic();
    const young = [...this.#visibleAt].filter(([, at]) => now < at).map(([uid]) => uid);
    const once = [...this.#toHide].filter((uid) => !this.#hiddenLast.has(uid));
    for (const uid of once) this.#toHide.delete(uid);
    this.#hiddenLast = new Set([...young, ...once]);
    return this.#hiddenLast;
  }

  #uid(name: Name): string {
    return this.#virtual.cluster.find(name)?.metadata?.uid ?? '';
  }
}

describe('deletion on proof', () => {
  it.each([
    ['1', 1],
    ['2', 2],
    ['50%', 3],
  ])(
    'spares every living server and the budget of %s, whatever happens, and ends with what is gone',
    async (budget, limit) => {
      let deleted = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyStep, { minLength: 8, maxLength: 40, size: 'max' }),
          async (steps) => {
            const virtual = new VirtualController({ budget, graceMs });
            const judge = new Judge(virtual, limit);
            const play = new Play(virtual);
            for (const name of names) virtual.addNode(name);
            virtual.start();
            try {
              for (const each of steps) await play.step(each);
              expect(judge.breaches).toEqual([]);
              play.heal();
              await play.untilNoneIsLost();
              expect(judge.breaches).toEqual([]);
              expect(play.lost).toEqual([]);
              deleted += judge.deletions.length;
            } finally {
              await virtual.stop();
            }
          },
        ),
        { numRuns: runs(100) },
      );
      // Chance must have brought deletions about, else the laws were never tried.
      expect(deleted).toBeGreaterThan(100);
    },
    120_000,
  );
});

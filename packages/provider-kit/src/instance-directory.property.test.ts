import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { InstanceDirectory } from './instance-directory.ts';
import type { InstanceSnapshot } from './instance-snapshot.ts';
import { FakeSource } from './testing/fake-source.ts';
import type { FakeInstance } from './testing/fake-source.ts';
import { ManualClock } from './testing/manual-clock.ts';

const maxIds = 3;
const nameKeys = ({ name }: FakeInstance): readonly string[] => [name];

const id = fc.integer({ min: 1, max: 8 }).map((number) => `i-${number}`);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('ask', 'search'),
      id,
      maxAgeMs: fc.constantFrom(0, 0, 20, 200),
      leavesAfterMs: fc.option(fc.integer({ min: 0, max: 40 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('add', 'remove'), id }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('latency'), ms: fc.integer({ min: 0, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('failing'), failing: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 1, max: 30 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Asked {
  readonly id: string;
  readonly askedAt: number;
  readonly maxAgeMs: number;
  readonly leaves: boolean;
  outcome?: { readonly startedAt: number; readonly found: boolean } | { readonly error: unknown };
}

/** A directory and its cloud, with a record of what was there when. */
class Trial {
  readonly clock = new ManualClock();
  readonly source = new FakeSource(this.clock, ['i-1', 'i-2', 'i-3', 'i-4']);
  readonly directory = new InstanceDirectory({
    source: this.source,
    clock: this.clock,
    maxIds,
    signal: new AbortController().signal,
  });
  readonly asked: Asked[] = [];
  readonly #history: { readonly from: number; readonly ids: ReadonlySet<string> }[] = [];

  constructor() {
    this.source.pageSize = maxIds;
    this.#remember();
  }

  async take(one: Step): Promise<void> {
    if ('failing' in one) this.source.failure = one.failing ? new Error('no') : undefined;
    else if ('ms' in one && one.kind === 'latency') this.source.latencyMs = one.ms;
    else if ('ms' in one) await this.clock.advance(one.ms);
    else if ('maxAgeMs' in one) this.#ask(one);
    else await this.#change(one);
  }

  /** What is wrong with an answer; empty where nothing is. */
  complaint({ askedAt, id: sought, leaves, maxAgeMs, outcome }: Asked): string {
    if (outcome === undefined) return `${sought} at ${askedAt} was not answered`;
    if ('error' in outcome) {
      const text = String(outcome.error);
      return text === 'Error: no' || (leaves && text === 'Error: left') ? '' : text;
    }
    const { found, startedAt } = outcome;
    if (startedAt < (found ? askedAt - maxAgeMs : askedAt)) {
      return `${sought} at ${askedAt} was answered by a read of ${startedAt}`;
    }
    return found === this.#idsAt(startedAt).has(sought)
      ? ''
      : `${sought} at ${askedAt} is not what was there at ${startedAt}`;
  }

  #ask(question: {
    readonly kind: string;
    readonly id: string;
    readonly maxAgeMs: number;
    readonly leavesAfterMs: number | null;
  }): void {
    const { id: sought, maxAgeMs, leavesAfterMs } = question;
    const leaver = new AbortController();
    const options = { signal: leaver.signal, maxAgeMs };
    const leaves = leavesAfterMs !== null;
    if (leaves) this.clock.timer(leavesAfterMs, () => leaver.abort(new Error('left')));
    const asked: Asked = { id: sought, askedAt: this.clock.now(), maxAgeMs, leaves };
    this.asked.push(asked);
    const named = (snapshot: InstanceSnapshot<FakeInstance>) =>
      snapshot.find(nameKeys, `name of ${sought}`);
    const answer =
      question.kind === 'ask'
        ? this.directory
            .byId(sought, options)
            .then(({ kind, startedAt }) => ({ startedAt, found: kind === 'found' }))
        : this.directory.search(named, options).then(({ items, snapshot: { startedAt } }) => ({
            startedAt,
            found: items.length === 1,
          }));
    answer.then(
      (outcome) => (asked.outcome = outcome),
      (error: unknown) => (asked.outcome = { error }),
    );
  }

  /** A change never falls into a moment at which a call may begin, so that it is clear what the call saw. */
  async #change({
    kind,
    id: changed,
  }: {
    readonly kind: string;
    readonly id: string;
  }): Promise<void> {
    await this.clock.advance(0.25);
    if (kind === 'add') this.source.add(changed);
    else this.source.instances.delete(changed);
    this.#remember();
    await this.clock.advance(0.25);
  }

  #idsAt(moment: number): ReadonlySet<string> {
    return this.#history.findLast(({ from }) => from <= moment)?.ids ?? new Set();
  }

  #remember(): void {
    this.#history.push({ from: this.clock.now(), ids: new Set(this.source.instances.keys()) });
  }
}

describe('InstanceDirectory, whatever happens in whatever order', () => {
  it('answers everybody, with what was there when it was allowed to look', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const trial = new Trial();
        for (const one of steps) await trial.take(one);
        await trial.clock.advance(1000);
        expect(
          trial.asked.map((asked) => trial.complaint(asked)).filter((one) => one !== ''),
        ).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });

  it('makes no call too many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const trial = new Trial();
        for (const one of steps) await trial.take(one);
        await trial.clock.advance(1000);
        const { calls } = trial.source;
        const byId = calls.filter(({ ids }) => ids !== undefined);
        for (const together of Map.groupBy(byId, ({ begunAt }) => begunAt).values()) {
          // What a list of all did not show may be asked for at the moment at which a window closes.
          const ids = together.flatMap((call) => call.ids ?? []);
          expect(together.length).toBeLessThanOrEqual(Math.ceil(ids.length / maxIds) + 1);
          expect(together.every((call) => new Set(call.ids).size === call.ids?.length)).toBe(true);
        }
        const questions = trial.asked.length;
        expect(byId.length).toBeLessThanOrEqual(questions);
        expect(calls.length - byId.length).toBeLessThanOrEqual(questions);
        expect(trial.clock.timers).toBe(0);
      }),
      { numRuns: runs(200) },
    );
  });

  it('needs one call per hundred ids of one moment, and none for what is held', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 350 }),
        async (numbers) => {
          const clock = new ManualClock();
          const ids = numbers.map((number) => `i-${number}`);
          const source = new FakeSource(clock, ids);
          const { signal } = new AbortController();
          const directory = new InstanceDirectory({ source, clock, signal });
          const answers = Promise.all(ids.map((one) => directory.byId(one, { signal })));
          await clock.advance(100);
          expect((await answers).every(({ kind }) => kind === 'found')).toBe(true);
          expect(source.calls).toHaveLength(Math.ceil(ids.length / 100));
          const search = directory.search(() => [], { signal });
          await clock.advance(100);
          await search;
          const made = source.calls.length;
          await Promise.all(ids.map((one) => directory.byId(one, { signal, maxAgeMs: 1000 })));
          expect(source.calls).toHaveLength(made);
        },
      ),
      { numRuns: runs(30) },
    );
  });
});

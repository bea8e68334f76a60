import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { exponentialBackoff } from './rate-limiter.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

/** The rules of the contract, implemented without regard for speed. */
class Model {
  now = 0;
  queue: string[] = [];
  dirty = new Set<string>();
  processing = new Set<string>();
  delayed = new Map<string, number>();
  failures = new Map<string, number>();
  isShutDown = false;

  add(key: string): void {
    if (this.isShutDown || this.dirty.has(key)) return;
    this.dirty.add(key);
    if (!this.processing.has(key)) this.queue.push(key);
  }

  addAfter(key: string, ms: number): void {
    if (this.isShutDown) return;
    if (ms <= 0) this.add(key);
    else if (this.now + ms < (this.delayed.get(key) ?? Infinity)) {
      // Set again, so that of keys with the same time the one that was set first comes first.
      this.delayed.delete(key);
      this.delayed.set(key, this.now + ms);
    }
  }

  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    this.addAfter(key, Math.min(60, 5 * 2 ** failures));
  }

  get(): string | undefined {
    const key = this.queue.shift();
    if (key === undefined) return undefined;
    this.dirty.delete(key);
    this.processing.add(key);
    return key;
  }

  done(key: string): void {
    if (this.processing.delete(key) && this.dirty.has(key)) this.queue.push(key);
  }

  advance(ms: number): void {
    this.now += ms;
    const due = [...this.delayed]
      .filter(([, at]) => at <= this.now)
      .toSorted(([, a], [, b]) => a - b);
    for (const [key] of due) {
      this.delayed.delete(key);
      this.add(key);
    }
  }

  forget(key: string): void {
    this.failures.delete(key);
  }

  shutDown(): void {
    this.isShutDown = true;
    this.delayed.clear();
  }

  take(at: Step): string | undefined {
    switch (at.do) {
      case 'get':
        return this.get();
      case 'advance':
        this.advance(at.ms);
        return undefined;
      case 'addAfter':
        this.addAfter(at.key, at.ms);
        return undefined;
      case 'shutDown':
        this.shutDown();
        return undefined;
      default:
        this[at.do](at.key);
        return undefined;
    }
  }
}

const keys = ['a', 'b', 'c', 'd'] as const;
const key = fc.constantFrom(...keys);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('addAfter' as const),
      key,
      ms: fc.integer({ min: -5, max: 80 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('addRateLimited' as const), key }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('get' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('done' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.integer({ min: 0, max: 50 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shutDown' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(at: Step, queue: WorkQueue, clock: FakeClock): Promise<string | undefined> {
  switch (at.do) {
    case 'get':
      return queue.length > 0 || queue.isShuttingDown ? await queue.get() : undefined;
    case 'advance':
      await clock.advance(at.ms);
      return undefined;
    case 'addAfter':
      queue.addAfter(at.key, at.ms);
      return undefined;
    case 'shutDown':
      queue.shutDown();
      return undefined;
    default:
      queue[at.do](at.key);
      return undefined;
  }
}

describe('WorkQueue', () => {
  it('behaves like the model for any sequence of operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new FakeClock({ settleTurns: 1 });
        const rateLimiter = exponentialBackoff({ baseMs: 5, maxMs: 60 });
        const queue = new WorkQueue({ name: 'test', clock, rateLimiter });
        const model = new Model();
        for (const at of steps) {
          const actual = {
            taken: await take(at, queue, clock),
            length: queue.length,
            delayed: clock.timers.length,
            failures: keys.map((each) => queue.failures(each)),
          };
          expect(actual).toEqual({
            taken: model.take(at),
            length: model.queue.length,
            delayed: model.delayed.size,
            failures: keys.map((each) => model.failures.get(each) ?? 0),
          });
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

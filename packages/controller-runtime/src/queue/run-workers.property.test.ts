import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import * as fc from 'fast-check';
import { seededRandom } from '../time/random.ts';
import { exponentialBackoff } from './rate-limiter.ts';
import { runWorkers } from './run-workers.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

const change = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), afterMs: fc.nat(15) });

describe('runWorkers', () => {
  it('loses no change and never processes one key twice concurrently, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        async (changes, concurrency, seed) => {
          const clock = new FakeClock({ settleTurns: 3 });
          const random = seededRandom(seed);
          const rateLimiter = exponentialBackoff({ baseMs: 1, maxMs: 50 });
          const queue = new WorkQueue({ name: 'test', clock, rateLimiter });
          const controller = new AbortController();
          const wanted = new Map<string, number>();
          const applied = new Map<string, number>();
          const running = new Set<string>();
          const reconcile = async (key: string): Promise<void> => {
            expect(running.has(key)).toBe(false);
            running.add(key);
            expect(running.size).toBeLessThanOrEqual(concurrency);
            const seen = wanted.get(key) ?? 0;
            if (random.next() < 0.7) await clock.sleep(Math.floor(random.next() * 20));
            running.delete(key);
            if (random.next() < 0.3) throw new Error('by chance');
            applied.set(key, seen);
          };
          const unexpected: unknown[] = [];
          const done = runWorkers({
            queue,
            concurrency,
            reconcile: async (key) => await reconcile(key),
            onError: (key, error) => {
              if (!(error instanceof Error) || error.message !== 'by chance')
                unexpected.push(error);
              queue.addRateLimited(key);
            },
            signal: controller.signal,
            log: silentLogger,
          });
          for (const { key, afterMs } of changes) {
            await clock.advance(afterMs);
            wanted.set(key, (wanted.get(key) ?? 0) + 1);
            queue.add(key);
          }
          await clock.advance(10_000);
          expect(unexpected).toEqual([]);
          expect(applied).toEqual(wanted);
          expect(clock.timers).toEqual([]);
          controller.abort();
          await done;
        },
      ),
      { numRuns: runs(100) },
    );
  });
});

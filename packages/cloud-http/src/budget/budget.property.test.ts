import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ManualClock } from '../testing/manual-clock.ts';
import { Budget } from './budget.ts';
import { lanes } from './lane.ts';

const call = fc.record({
  lane: fc.constantFrom(...lanes),
  after: fc.integer({ min: 0, max: 400 }),
  takes: fc.integer({ min: 0, max: 300 }),
  throttled: fc.boolean(),
  abortAfter: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
});

describe('Budget', () => {
  it('never exceeds its concurrency or its rate, and serves every caller', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          concurrency: fc.integer({ min: 1, max: 4 }),
          callsPerSecond: fc.integer({ min: 2, max: 40 }),
          burst: fc.integer({ min: 1, max: 6 }),
        }),
        fc.array(call, { maxLength: 30 }),
        async (limits, calls) => {
          const clock = new ManualClock();
          const budget = new Budget({ ...limits, clock });
          const grants: number[] = [];
          let inFlight = 0;
          let maxInFlight = 0;
          const make = async (one: (typeof calls)[number]): Promise<void> => {
            await clock.sleep(one.after);
            const stop = new AbortController();
            if (one.abortAfter !== undefined) clock.timer(one.abortAfter, () => stop.abort());
            const permit = await budget.acquire(one.lane, { signal: stop.signal });
            grants.push(clock.monotonic());
            inFlight += 1;
            maxInFlight = Math.max(maxInFlight, inFlight);
            await clock.sleep(one.takes);
            inFlight -= 1;
            permit.release({ throttled: one.throttled });
          };
          const results = await clock.runUntil(Promise.allSettled(calls.map(make)));

          expect(maxInFlight).toBeLessThanOrEqual(limits.concurrency);
          for (const [first, from] of grants.entries()) {
            for (const [last, to] of grants.entries()) {
              if (last < first) continue;
              const allowed = limits.burst + ((to - from) / 1000) * limits.callsPerSecond;
              expect(last - first + 1).toBeLessThanOrEqual(allowed + 1e-6);
            }
          }
          const patient = results.filter((_, index) => calls[index]?.abortAfter === undefined);
          expect(patient.every((result) => result.status === 'fulfilled')).toBe(true);
          expect([budget.inFlight, budget.waiting]).toEqual([0, 0]);
        },
      ),
      { numRuns: runs(60) },
    );
  });
});

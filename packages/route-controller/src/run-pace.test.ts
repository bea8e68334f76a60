import { describe, expect, it } from '@jest/globals';
import { RetryAfterError } from '@k8s-ccm/cloud-provider';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { RouteSyncError } from './route-sync-error.ts';
import { RunPace } from './run-pace.ts';

function pace(maxRetryMs: number) {
  const clock = new FakeClock();
  return { clock, pace: new RunPace({ windowMs: 10_000, maxRetryMs, clock }) };
}

function failure(retryAfterMs: number): RouteSyncError {
  return new RouteSyncError('x', [new Error('quota'), new RetryAfterError('busy', retryAfterMs)]);
}

describe('RunPace', () => {
  it('lets the first run begin at once and the next a window later', async () => {
    const { clock, pace: runs } = pace(60_000);
    expect(runs.when()).toBe(0);
    runs.begin();
    await clock.advance(3000);
    // However often it is asked for.
    expect([runs.when(), runs.when(), runs.when()]).toEqual([7000, 7000, 7000]);
    await clock.advance(7000);
    expect(runs.when()).toBe(0);
  });

  it('waits longer after each failure in a row, and never longer than the period', async () => {
    const { clock, pace: runs } = pace(60_000);
    const waits = [];
    for (let run = 0; run < 5; run += 1) {
      runs.begin();
      await clock.advance(10_000);
      waits.push(runs.failed('routes', new Error('quota')));
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(runs.failures('routes')).toBe(5);
    runs.forget();
    expect(runs.failures('routes')).toBe(5);
    runs.succeeded('routes');
    expect(runs.failed('routes', new Error('quota'))).toBe(10_000);
  });

  it('waits for a window, also where the period is shorter', () => {
    const { pace: runs } = pace(1000);
    runs.begin();
    expect(runs.failed('routes', new Error('quota'))).toBe(10_000);
  });

  it('waits as long as any of the errors asks, within the window at least', () => {
    const { pace: runs } = pace(60_000);
    expect(runs.failed('routes', failure(90_000))).toBe(90_000);
    runs.begin();
    expect(runs.failed('routes', failure(1))).toBe(10_000);
  });
});

import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../testing/failure-of.ts';
import { systemClock } from './clock.ts';
import { systemRandom } from './random.ts';

describe('systemClock', () => {
  it('sleeps at least for the given time', async () => {
    const start = systemClock.monotonic();
    await systemClock.sleep(20);
    expect(systemClock.monotonic() - start).toBeGreaterThanOrEqual(19);
  });

  it('rejects with the reason of the signal', async () => {
    const stop = new AbortController();
    const failure = failureOf(systemClock.sleep(60_000, { signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect(String(await failure)).toContain('enough');
  });

  it('does not sleep if the signal has already aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    expect(String(await failureOf(systemClock.sleep(60_000, { signal })))).toContain('enough');
  });

  it('does not fire a canceled timer or one in the far future', async () => {
    const fired: string[] = [];
    systemClock.timer(5, () => fired.push('canceled')).cancel();
    const far = systemClock.timer(2 ** 40, () => fired.push('far'));
    systemClock.timer(1, () => fired.push('near'));
    await systemClock.sleep(20);
    far.cancel();
    expect(fired).toEqual(['near']);
  });
});

describe('systemRandom', () => {
  it('returns numbers in [0, 1)', () => {
    const numbers = Array.from({ length: 100 }, () => systemRandom.next());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(90);
  });
});

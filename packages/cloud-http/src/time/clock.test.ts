import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../testing/failure-of.ts';
import { systemClock } from './clock.ts';
import { systemRandom } from './random.ts';

describe('systemClock', () => {
  it('sleeps at least as long as it is told', async () => {
    const start = systemClock.monotonic();
    await systemClock.sleep(20);
    expect(systemClock.monotonic() - start).toBeGreaterThanOrEqual(19);
  });

  it('wakes with the reason of the signal', async () => {
    const stop = new AbortController();
    const failure = failureOf(systemClock.sleep(60_000, { signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect(String(await failure)).toContain('enough');
  });

  it('does not fall asleep where the signal has aborted already', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    expect(String(await failureOf(systemClock.sleep(60_000, { signal })))).toContain('enough');
  });

  it('does not fire a timer that was called off, nor one that is far away', async () => {
    const fired: string[] = [];
    systemClock.timer(5, () => fired.push('called off')).cancel();
    const far = systemClock.timer(2 ** 40, () => fired.push('far'));
    systemClock.timer(1, () => fired.push('near'));
    await systemClock.sleep(20);
    far.cancel();
    expect(fired).toEqual(['near']);
  });
});

describe('systemRandom', () => {
  it('gives numbers in [0, 1)', () => {
    const numbers = Array.from({ length: 100 }, () => systemRandom.next());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(90);
  });
});

import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../testing/fake-clock.ts';
import { tokenBucket } from './token-bucket.ts';

describe('tokenBucket', () => {
  it('admits the burst at once, then one token per period, in order', () => {
    const bucket = tokenBucket({ qps: 4, burst: 2, clock: new FakeClock() });
    expect([bucket.reserve(), bucket.reserve(), bucket.reserve(), bucket.reserve()]).toEqual([
      0, 0, 250, 500,
    ]);
  });

  it('refills over time, never above the burst', async () => {
    const clock = new FakeClock();
    const bucket = tokenBucket({ qps: 10, burst: 3, clock });
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
    await clock.advance(99);
    expect(bucket.tryTake()).toBe(false);
    await clock.advance(1);
    expect([bucket.tryTake(), bucket.tryTake()]).toEqual([true, false]);
    await clock.advance(60_000);
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
  });

  it('does not depend on the time of day', async () => {
    const clock = new FakeClock();
    const bucket = tokenBucket({ qps: 1, burst: 1, clock });
    bucket.reserve();
    clock.setWallClock(clock.now() + 3_600_000);
    expect(bucket.tryTake()).toBe(false);
  });

  it('admits waiting callers one after the other', async () => {
    const clock = new FakeClock();
    const bucket = tokenBucket({ qps: 10, burst: 1, clock });
    const at: number[] = [];
    for (let waiter = 0; waiter < 4; waiter += 1)
      void bucket.wait().then(() => at.push(clock.monotonic()));
    await clock.advance(1_000);
    expect(at).toEqual([0, 100, 200, 300]);
  });

  it('takes back the token of the last caller in line if it gives up', async () => {
    const clock = new FakeClock();
    const bucket = tokenBucket({ qps: 10, burst: 1, clock });
    const controller = new AbortController();
    await bucket.wait();
    const given = bucket.wait(controller.signal);
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect(bucket.reserve()).toBe(100);
    await expect(bucket.wait(controller.signal)).rejects.toThrow('enough');
    expect(bucket.reserve()).toBe(200);
  });

  it('does not admit two callers at once if one in the middle of the line gives up', async () => {
    const clock = new FakeClock();
    const bucket = tokenBucket({ qps: 10, burst: 1, clock });
    const controller = new AbortController();
    await bucket.wait();
    const given = bucket.wait(controller.signal);
    expect(bucket.reserve()).toBe(200);
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect(bucket.reserve()).toBe(300);
  });

  it('has no limit for infinite qps', () => {
    const bucket = tokenBucket({ qps: Infinity, burst: 1, clock: new FakeClock() });
    expect([bucket.reserve(), bucket.reserve(), bucket.tryTake()]).toEqual([0, 0, true]);
  });
});

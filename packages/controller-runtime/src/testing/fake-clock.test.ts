import { describe, expect, it } from '@jest/globals';
import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('fires timers in order, each at its own time', async () => {
    const clock = new FakeClock({ now: 1_000 });
    const fired: [string, number, number][] = [];
    for (const [name, ms] of [
      ['late', 30],
      ['early', 10],
      ['also late', 30],
    ] as const) {
      clock.timer(ms, () => fired.push([name, clock.monotonic(), clock.now()]));
    }
    await clock.advance(29);
    expect(fired).toEqual([['early', 10, 1_010]]);
    await clock.advance(1);
    expect(fired.slice(1)).toEqual([
      ['late', 30, 1_030],
      ['also late', 30, 1_030],
    ]);
    expect(clock.monotonic()).toBe(30);
  });

  it('fires timers that are started in the meantime, however long the promise chain', async () => {
    const clock = new FakeClock();
    const at: number[] = [];
    const run = async (): Promise<void> => {
      for (let round = 0; round < 5; round += 1) {
        await clock.sleep(100);
        for (let hop = 0; hop < 50; hop += 1) await Promise.resolve();
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        at.push(clock.monotonic());
      }
    };
    const done = run();
    await clock.advance(500);
    await done;
    expect(at).toEqual([100, 200, 300, 400, 500]);
  });

  it('never fires a canceled timer', async () => {
    const clock = new FakeClock();
    let fired = 0;
    const second = clock.timer(10, () => (fired += 1));
    clock.timer(5, () => second.cancel());
    expect(clock.timers).toEqual([5, 10]);
    await clock.advance(100);
    expect(fired).toBe(0);
    expect(clock.timers).toEqual([]);
  });

  it('ends a sleep with the reason of its signal and removes its timer', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const sleep = clock.sleep(1_000, { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    await expect(clock.sleep(1, { signal: controller.signal })).rejects.toBe(reason);
    expect(clock.timers).toEqual([]);
  });

  it('fires all overdue timers at once after a suspension', async () => {
    const clock = new FakeClock();
    const at: number[] = [];
    clock.timer(10, () => at.push(clock.monotonic()));
    clock.timer(20, () => at.push(clock.monotonic()));
    clock.timer(2_000, () => at.push(clock.monotonic()));
    await clock.stall(1_000);
    expect(at).toEqual([1_000, 1_000]);
    expect(clock.timers).toEqual([1_000]);
  });

  it('sets the time of day without changing durations', async () => {
    const clock = new FakeClock({ now: 5_000 });
    const sleep = clock.sleep(100);
    clock.setWallClock(1_000);
    expect([clock.now(), clock.monotonic(), clock.timers]).toEqual([1_000, 0, [100]]);
    await clock.advance(100);
    await sleep;
    expect(clock.now()).toBe(1_100);
  });

  it('advances until a condition holds, and says what it waited for if it never does', async () => {
    const clock = new FakeClock();
    let count = 0;
    const tick = (): void => {
      count += 1;
      clock.timer(7, tick);
    };
    clock.timer(7, tick);
    expect(await clock.advanceUntil(() => count === 3)).toBe(21);
    await expect(clock.advanceUntil(() => false, 50)).rejects.toThrow('Pending timers fire in: ');
  });

  it('waits for timers that are started after real I/O', async () => {
    const clock = new FakeClock();
    setImmediate(() => setImmediate(() => clock.timer(42, () => undefined)));
    await clock.waitForTimers(1);
    expect(clock.timers).toEqual([42]);
  });
});

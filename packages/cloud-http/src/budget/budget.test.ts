import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../testing/failure-of.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { BudgetOptions, BudgetPermit } from './budget.ts';
import { Budget } from './budget.ts';
import type { Lane } from './lane.ts';

function setUp(options: BudgetOptions = {}) {
  const clock = new ManualClock();
  const budget = new Budget({ clock, ...options });
  const order: string[] = [];
  const permits: BudgetPermit[] = [];
  const ask = async (lane: Lane, name: string, signal?: AbortSignal): Promise<void> => {
    const permit = await budget.acquire(lane, signal === undefined ? {} : { signal });
    order.push(name);
    permits.push(permit);
  };
  const releaseOne = async (throttled = false): Promise<void> => {
    permits.shift()?.release({ throttled });
    await clock.advance(0);
  };
  return { clock, budget, order, permits, ask, releaseOne };
}

/** Returns the number of calls that a budget permits within a time under full load. */
async function throughput(clock: ManualClock, budget: Budget, ms: number): Promise<number> {
  let done = 0;
  const stop = new AbortController();
  const { signal } = stop;
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const permit = await budget.acquire('repair', { signal });
      done += 1;
      await clock.sleep(10, { signal });
      permit.release();
    }
  };
  const workers = Promise.allSettled([work(), work(), work()]);
  await clock.advance(ms);
  stop.abort();
  await workers;
  return done;
}

describe('Budget', () => {
  it('limits the number of calls in flight', async () => {
    const { clock, budget, order, ask, releaseOne } = setUp({ concurrency: 2 });
    const all = ['a', 'b', 'c', 'd'].map((name) => ask('repair', name));
    await clock.advance(0);
    expect(order).toEqual(['a', 'b']);
    expect([budget.inFlight, budget.waiting]).toEqual([2, 2]);
    await releaseOne();
    expect(order).toEqual(['a', 'b', 'c']);
    await releaseOne();
    await Promise.all(all);
    expect(budget.waiting).toBe(0);
  });

  it('allows 64 calls in flight by default', async () => {
    const { clock, budget, ask } = setUp();
    for (let i = 0; i < 70; i += 1) void ask('repair', String(i));
    await clock.advance(0);
    expect([budget.inFlight, budget.waiting, budget.available]).toEqual([64, 6, 0]);
  });

  it('reports the available calls, also after the limit is lowered', async () => {
    const { clock, budget, ask } = setUp({ concurrency: 3 });
    void ask('repair', 'a');
    void ask('repair', 'b');
    await clock.advance(0);
    expect(budget.available).toBe(1);
    budget.setLimits({ concurrency: 1 });
    expect(budget.available).toBe(0);
  });

  it('serves the lane with the highest priority first', async () => {
    const { clock, order, ask, releaseOne } = setUp({ concurrency: 1 });
    void ask('repair', 'first');
    void ask('repair', 'repair');
    void ask('load-balancer', 'balancer');
    void ask('node-init', 'node');
    await clock.advance(0);
    for (let i = 0; i < 3; i += 1) await releaseOne();
    expect(order).toEqual(['first', 'node', 'balancer', 'repair']);
  });

  it('does not starve the lower lanes', async () => {
    const { clock, order, ask, releaseOne } = setUp({ concurrency: 1 });
    void ask('node-init', 'node');
    void ask('repair', 'repair');
    void ask('load-balancer', 'balancer');
    for (let i = 0; i < 20; i += 1) {
      void ask('node-init', 'node');
      await releaseOne();
    }
    await clock.advance(0);
    expect(order.slice(0, 12)).toEqual(expect.arrayContaining(['balancer', 'repair']));
    expect(order.filter((name) => name === 'node').length).toBeGreaterThan(15);
  });

  it('releases a waiting caller whose signal aborts, without losing capacity', async () => {
    const { clock, budget, order, ask, releaseOne } = setUp({ concurrency: 1 });
    const stop = new AbortController();
    void ask('repair', 'a');
    const leaving = failureOf(ask('repair', 'b', stop.signal));
    const staying = ask('repair', 'c');
    await clock.advance(0);
    stop.abort(new Error('enough'));
    expect(String(await leaving)).toContain('enough');
    await releaseOne();
    await staying;
    expect(order).toEqual(['a', 'c']);
    expect(budget.inFlight).toBe(1);
  });

  it('refuses a caller whose signal has already aborted', async () => {
    const { budget } = setUp();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(budget.acquire('repair', { signal })).rejects.toThrow('enough');
    expect(budget.inFlight).toBe(0);
  });

  it('restores capacity once, even if a permit is released several times', async () => {
    const { budget } = setUp();
    const [first] = [await budget.acquire('repair'), await budget.acquire('repair')];
    first.release();
    first.release();
    expect(budget.inFlight).toBe(1);
  });

  it('reports the time spent waiting for a permit', async () => {
    const { clock, budget, ask, releaseOne } = setUp({ concurrency: 1 });
    await ask('repair', 'a');
    const waiting = budget.acquire('repair');
    await clock.advance(70);
    await releaseOne();
    expect((await waiting).waitedMs).toBe(70);
  });

  it('does not limit the rate by default', async () => {
    const { clock, budget } = setUp();
    expect(budget.callsPerSecond).toBe(Infinity);
    expect(await throughput(clock, budget, 1000)).toBeGreaterThanOrEqual(300);
  });

  it('keeps to the configured rate after the burst', async () => {
    const { clock, budget } = setUp({ callsPerSecond: 5, burst: 10 });
    const done = await throughput(clock, budget, 4000);
    expect(done).toBeGreaterThanOrEqual(29);
    expect(done).toBeLessThanOrEqual(30);
  });

  it('applies changed limits, also to waiting callers', async () => {
    const { clock, budget, order, ask } = setUp({ concurrency: 1 });
    for (const name of ['a', 'b', 'c', 'd']) void ask('repair', name);
    await clock.advance(0);
    budget.setLimits({ concurrency: 3 });
    await clock.advance(0);
    expect(order).toEqual(['a', 'b', 'c']);
    budget.setLimits({ callsPerSecond: 2, burst: 1 });
    expect(budget.callsPerSecond).toBe(2);
    await clock.advance(0);
    expect(order).toHaveLength(4);
    void ask('repair', 'e');
    await clock.advance(499);
    expect(order).toHaveLength(4);
    await clock.advance(1);
    expect(order).toHaveLength(5);
  });

  it('halves the rate after a 429, once for all concurrent calls', async () => {
    const { clock, budget, permits, ask } = setUp();
    for (let i = 0; i < 40; i += 1) void ask('repair', String(i));
    await clock.advance(50);
    for (const permit of permits) permit.release({ throttled: true });
    expect(budget.callsPerSecond).toBe(20);
  });

  it('does not reduce a low rate to a minimum because of one 429', async () => {
    const { budget } = setUp();
    (await budget.acquire('repair')).release({ throttled: true });
    expect(budget.callsPerSecond).toBe(5);
  });

  it('restores the rate gradually, and removes the limit after a minute without a 429', async () => {
    const { clock, budget, permits, ask } = setUp();
    for (let i = 0; i < 40; i += 1) void ask('repair', String(i));
    await clock.advance(50);
    for (const permit of permits) permit.release({ throttled: true });
    await clock.advance(5000);
    expect(budget.callsPerSecond).toBe(30);
    await clock.advance(54_999);
    expect(budget.callsPerSecond).toBeLessThan(Infinity);
    await clock.advance(1);
    expect(budget.callsPerSecond).toBe(Infinity);
  });

  it('never falls below one call per second', async () => {
    const { clock, budget } = setUp();
    for (let i = 0; i < 20; i += 1) {
      const waiting = budget.acquire('repair');
      await clock.advance(1000);
      (await waiting).release({ throttled: true });
      expect(budget.callsPerSecond).toBeGreaterThanOrEqual(1);
    }
    expect(budget.callsPerSecond).toBeLessThan(2);
  });

  it('restores the configured rate at most', async () => {
    const { clock, budget } = setUp({ callsPerSecond: 4 });
    (await budget.acquire('repair')).release({ throttled: true });
    expect(budget.callsPerSecond).toBeLessThan(4);
    await clock.advance(120_000);
    expect(budget.callsPerSecond).toBe(4);
  });
});

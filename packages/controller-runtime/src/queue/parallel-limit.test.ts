import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../testing/fake-clock.ts';
import { ParallelLimit } from './parallel-limit.ts';

/** Runs that many tasks, each 10 ms long, and returns when each started. */
async function startTimes(limit: number, count: number): Promise<readonly number[]> {
  const clock = new FakeClock();
  const parallel = new ParallelLimit(limit);
  const started: number[] = [];
  const done = Promise.allSettled(
    Array.from({ length: count }, (_, index) =>
      parallel.run(async () => {
        started.push(clock.monotonic());
        await clock.sleep(10);
        if (index % 2 === 0) throw new Error('failed');
      }),
    ),
  );
  await clock.advance(10 * count);
  const failed = (await done).filter(({ status }) => status === 'rejected');
  expect(failed).toHaveLength(Math.ceil(count / 2));
  return started;
}

describe('ParallelLimit', () => {
  it.each<[number, readonly number[]]>([
    [1, [0, 10, 20, 30, 40]],
    [2, [0, 0, 10, 10, 20]],
    [Infinity, [0, 0, 0, 0, 0]],
  ])('runs %p tasks concurrently, whether or not they fail', async (limit, expected) => {
    expect(await startTimes(limit, 5)).toEqual(expected);
  });

  it('keeps its limit after others had to wait', async () => {
    const clock = new FakeClock();
    const parallel = new ParallelLimit(1);
    const started: number[] = [];
    const work = () =>
      parallel.run(async () => {
        started.push(clock.monotonic());
        await clock.sleep(10);
      });
    const first = Promise.all([work(), work()]);
    await clock.advance(20);
    const second = Promise.all([work(), work()]);
    await clock.advance(20);
    await Promise.all([first, second]);
    expect(started).toEqual([0, 10, 20, 30]);
  });
});

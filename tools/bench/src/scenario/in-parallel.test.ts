import { describe, expect, it } from '@jest/globals';
import { inParallel } from './in-parallel.ts';

describe('inParallel', () => {
  it('does everything once, never more than the limit at once', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      done.push(item);
    });
    expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('starts nothing more after a failure', async () => {
    const begun: number[] = [];
    const act = async (item: number): Promise<void> => {
      begun.push(item);
      await Promise.resolve();
      if (item === 2) throw new Error('no');
    };
    await expect(inParallel([1, 2, 3, 4, 5, 6], 2, act)).rejects.toThrow('no');
    expect(begun.length).toBeLessThan(5);
  });
});

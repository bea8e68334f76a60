import { describe, expect, it } from '@jest/globals';
import { seededRandom, systemRandom } from './random.ts';

const draw = (seed: number): readonly number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 5 }, () => random.next());
};

describe('seededRandom', () => {
  it('repeats its numbers for the same seed and differs for another', () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('covers [0, 1) evenly', () => {
    const random = seededRandom(1);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 10_000; count += 1) {
      const value = random.next();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const each of tenths) expect(each).toBeGreaterThan(850);
  });
});

describe('systemRandom', () => {
  it('returns numbers in [0, 1)', () => {
    const value = systemRandom.next();
    expect(value >= 0 && value < 1).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { countBy, total } from './count-by.ts';

describe('countBy', () => {
  it('counts by name, the most frequent first, then by name', () => {
    const counts = countBy(['b', 'c', 'a', 'c', 'skip'], (name) =>
      name === 'skip' ? undefined : name,
    );
    expect(Object.entries(counts)).toEqual([
      ['c', 2],
      ['a', 1],
      ['b', 1],
    ]);
  });
});

describe('total', () => {
  it.each([
    [{}, 0],
    [{ a: 2, b: 3 }, 5],
  ])('of %j is %d', (counts, sum) => {
    expect(total(counts)).toBe(sum);
  });
});

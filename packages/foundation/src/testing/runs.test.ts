import { describe, expect, it } from '@jest/globals';
import { runs } from './runs.ts';

describe('runs', () => {
  it.each([
    [undefined, 60],
    ['1', 60],
    ['10', 600],
  ])('with TEST_EFFORT=%s turns 60 into %i', (effort, expected) => {
    expect(runs(60, { TEST_EFFORT: effort })).toBe(expected);
  });

  it.each(['', '0', '-1', '1.5', 'many'])('refuses TEST_EFFORT="%s"', (effort) => {
    expect(() => runs(60, { TEST_EFFORT: effort })).toThrow(
      `TEST_EFFORT: expected a whole number of at least 1, got "${effort}"`,
    );
  });
});

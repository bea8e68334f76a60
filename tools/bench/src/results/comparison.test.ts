import { describe, expect, it } from '@jest/globals';
import { compare, ratio } from './comparison.ts';
import type { Measure } from './measure.ts';

function measure(key: string, value: number): Measure {
  return { key, label: `label ${key}`, unit: 'count', value };
}

describe('compare', () => {
  it('puts the same measures side by side', () => {
    const ours = [{ title: 'create', measures: [measure('wall', 1), measure('calls', 2)] }];
    const theirs = [{ title: 'create', measures: [measure('wall', 4), measure('calls', 8)] }];
    expect(compare([ours, theirs])).toEqual([
      {
        title: 'create',
        measures: [
          { label: 'label wall', unit: 'count', values: [1, 4] },
          { label: 'label calls', unit: 'count', values: [2, 8] },
        ],
      },
    ]);
  });

  it('keeps what only one of them has, behind its neighbor', () => {
    const ours = [{ title: 'create', measures: [measure('a', 1), measure('c', 2)] }];
    const theirs = [{ title: 'create', measures: [measure('a', 3), measure('b', 4)] }];
    const [group] = compare([ours, theirs]);
    expect(group?.measures.map(({ label, values }) => [label, values])).toEqual([
      ['label a', [1, 3]],
      ['label b', [undefined, 4]],
      ['label c', [2, undefined]],
    ]);
  });
});

describe('ratio', () => {
  it.each([
    [1, 4, 0.25],
    [0, 4, 0],
    [1, 0, undefined],
    [undefined, 4, undefined],
    [1, undefined, undefined],
  ])('of %s to %s is %s', (ours, theirs, expected) => {
    expect(ratio(ours, theirs)).toBe(expected);
  });
});

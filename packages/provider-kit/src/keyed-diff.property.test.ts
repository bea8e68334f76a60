import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { keyedDiff } from './keyed-diff.ts';

interface Item {
  readonly key: string;
  readonly value: number;
}

const keyOf = ({ key }: Item): string => key;
const equal = (a: Item, b: Item): boolean => a.value === b.value;
const item = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.nat({ max: 2 }) });
const desiredItems = fc.uniqueArray(item, { selector: keyOf });

describe('keyedDiff', () => {
  it('gives exactly the desired items once it is applied', () => {
    fc.assert(
      fc.property(desiredItems, fc.array(item), (desired, actual) => {
        const { add, change, keep, remove } = keyedDiff(desired, actual, keyOf, equal);
        const applied = [
          ...actual
            .filter((one) => !remove.includes(one))
            .map((one) => change.find((pair) => pair.actual === one)?.desired ?? one),
          ...add,
        ];
        expect(applied.toSorted(byKey)).toEqual(desired.toSorted(byKey));
        expect(keep.every((pair) => equal(pair.desired, pair.actual))).toBe(true);
        expect(keyedDiff(desired, applied, keyOf, equal)).toMatchObject({
          add: [],
          change: [],
          remove: [],
        });
      }),
    );
  });

  it('keeps the equal one of several with one key', () => {
    const actual = [
      { key: 'a', value: 1 },
      { key: 'a', value: 2 },
    ];
    expect(keyedDiff([{ key: 'a', value: 2 }], actual, keyOf, equal)).toEqual({
      add: [],
      change: [],
      keep: [{ desired: { key: 'a', value: 2 }, actual: actual[1] }],
      remove: [actual[0]],
    });
  });

  it('refuses two desired items of one key', () => {
    const twice = [
      { key: 'a', value: 1 },
      { key: 'a', value: 1 },
    ];
    expect(() => keyedDiff(twice, [], keyOf, equal)).toThrow('two desired items have the key "a"');
  });
});

function byKey(a: Item, b: Item): number {
  return a.key.localeCompare(b.key);
}

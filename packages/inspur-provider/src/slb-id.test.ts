import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { isSlbAllowed } from './slb-id.ts';

describe('isSlbAllowed', () => {
  it.each<[readonly string[] | undefined, string, boolean]>([
    [undefined, 'slb-1', true],
    [[], 'slb-1', false],
    [['slb-1'], 'slb-1', true],
    [['slb-1'], 'slb-10', false],
    [['slb-1'], 'my-slb-1', false],
    [['slb-1'], 'SLB-1', false],
    [['slb-shared-*'], 'slb-shared-', true],
    [['slb-shared-*'], 'slb-shared-7', true],
    [['slb-shared-*'], 'slb-private-7', false],
    [['slb-shared-*'], 'my-slb-shared-7', false],
    [['*-shared'], 'slb-shared', true],
    [['*-shared'], 'slb-shared-7', false],
    [['a*b*c'], 'abc', true],
    [['a*b*c'], 'a-b-b-c', true],
    [['a*b*c'], 'acb', false],
    [['a*b*b'], 'ab', false],
    [['ab*ba'], 'aba', false],
    [['*'], 'slb-1', true],
    [['**'], 'slb-1', true],
    [['slb.1'], 'slb-1', false],
    [['slb-.*'], 'slb-1', false],
    [['other', 'slb-*'], 'slb-1', true],
  ])('of %j and %s is %s', (patterns, slbId, expected) => {
    expect(isSlbAllowed(patterns, slbId)).toBe(expected);
  });

  it('agrees with an exhaustive search for a match', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const slbId = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, slbId, (glob, id) => {
        expect(isSlbAllowed([glob], id)).toBe(matchesByTrial(glob, id));
      }),
      { numRuns: 2000 },
    );
  });
});

function matchesByTrial(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (!pattern.startsWith('*')) {
    return text.startsWith(pattern.charAt(0)) && matchesByTrial(pattern.slice(1), text.slice(1));
  }
  return (
    matchesByTrial(pattern.slice(1), text) ||
    (text !== '' && matchesByTrial(pattern, text.slice(1)))
  );
}

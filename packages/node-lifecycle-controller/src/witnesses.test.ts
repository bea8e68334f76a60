import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { Witnesses } from './witnesses.ts';

const ready = ['a', 'b', 'c', 'd', 'e'].map((name): Node => ({ metadata: { name } }));

function names(nodes: readonly Node[]): string {
  return nodes.map(({ metadata }) => metadata?.name).join('');
}

describe('the choice of witnesses', () => {
  it('goes round, so that each Ready Node has its turn', () => {
    const witnesses = new Witnesses();
    expect([1, 2, 3, 4].map(() => names(witnesses.choose(ready)))).toEqual([
      'abc',
      'dea',
      'bcd',
      'eab',
    ]);
  });

  it('stays with those that were shown, and fills up with others', () => {
    const witnesses = new Witnesses();
    const [, b, c] = ready;
    witnesses.remember([b, c].filter((node) => node !== undefined));
    expect([1, 2, 3].map(() => names(witnesses.choose(ready)))).toEqual(['bca', 'bcd', 'bce']);
    witnesses.remember(ready.slice(2));
    expect([1, 2].map(() => names(witnesses.choose(ready)))).toEqual(['cde', 'cde']);
  });

  it('takes all where there are few, and none where there is none', () => {
    const witnesses = new Witnesses();
    expect(names(witnesses.choose(ready.slice(0, 2)))).toBe('ab');
    expect(witnesses.choose([])).toEqual([]);
    expect(names(witnesses.choose(ready.slice(0, 1)))).toBe('a');
  });
});

import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import {
  DeletionBudget,
  DeletionBudgetError,
  deletionBudgetLimit,
  parseDeletionBudget,
} from './deletion-budget.ts';

describe('the text of a deletion budget', () => {
  it.each([
    ['10%', { kind: 'percent', percent: 10 }],
    [' 2.5% ', { kind: 'percent', percent: 2.5 }],
    ['100%', { kind: 'percent', percent: 100 }],
    ['3', { kind: 'count', count: 3 }],
  ])('%s is read', (text, rule) => {
    expect(parseDeletionBudget(text)).toEqual(rule);
  });

  it.each([
    '',
    '0',
    '0%',
    '0.0%',
    '101%',
    '-1',
    '1.5',
    '3.0',
    'ten',
    '10 %',
    '%',
    '1e3',
    '99999999999999999999',
  ])('"%s" is refused with what is allowed', (text) => {
    expect(() => parseDeletionBudget(text)).toThrow(DeletionBudgetError);
    expect(() => parseDeletionBudget(text)).toThrow(
      `invalid node deletion budget "${text}": allowed is a whole number of nodes from 1 on, such as 3, or a share`,
    );
  });
});

describe('the limit of a deletion budget', () => {
  it.each([
    ['10%', 0, 1],
    ['10%', 1, 1],
    ['10%', 19, 1],
    ['10%', 20, 2],
    ['10%', 1000, 100],
    ['100%', 7, 7],
    ['29%', 100, 29],
    ['3', 1000, 3],
    ['3', 1, 3],
  ])('of %s in a cluster of %i is %i', (text, nodes, limit) => {
    expect(deletionBudgetLimit(parseDeletionBudget(text), nodes)).toBe(limit);
  });
});

function budgetOf(text: string, names: readonly string[]) {
  const clock = new FakeClock();
  const present = new Set(names);
  const nodes = {
    get: (name: string) => (present.has(name) ? { metadata: { name } } : undefined),
    get size() {
      return present.size;
    },
  };
  return {
    budget: new DeletionBudget({ rule: parseDeletionBudget(text), nodes, clock }),
    clock,
    present,
  };
}

const twenty = Array.from({ length: 20 }, (_, index) => `node-${index}`);

describe('a deletion budget', () => {
  it('is a share of the cluster as it was before its deletions', () => {
    const { budget, present } = budgetOf('10%', twenty);
    expect(budget.left('x')).toBe(2);
    budget.reserve('uid-0', 'node-0');
    expect(budget.left('x')).toBe(1);
    budget.settle('uid-0');
    present.delete('node-0');
    expect(budget.left('x')).toBe(1);
    budget.reserve('uid-1', 'node-1');
    budget.settle('uid-1');
    present.delete('node-1');
    expect(budget.left('x')).toBe(0);
  });

  it('counts a Node that came back under its name once', () => {
    const { budget } = budgetOf('10%', twenty.slice(0, 19));
    budget.reserve('old', 'node-0');
    budget.settle('old');
    expect(budget.left('x')).toBe(0);
  });

  it('comes back ten minutes after the end of each deletion', async () => {
    const { budget, clock } = budgetOf('1', twenty);
    budget.reserve('uid-0', 'node-0');
    await clock.advance(3_600_000);
    expect(budget.left('x')).toBe(0);
    budget.settle('uid-0');
    await clock.advance(599_999);
    expect(budget.left('x')).toBe(0);
    await clock.advance(1);
    expect(budget.left('x')).toBe(1);
  });

  it('lets a deletion on the books be tried again', () => {
    const { budget } = budgetOf('1', twenty);
    budget.reserve('uid-0', 'node-0');
    budget.settle('uid-0');
    expect(budget.left('uid-0')).toBe(1);
    expect(budget.left('uid-1')).toBe(0);
  });

  it('takes back what was surely not deleted, but not an earlier try of unknown end', () => {
    const { budget } = budgetOf('1', twenty);
    budget.reserve('uid-0', 'node-0');
    budget.refund('uid-0');
    expect(budget.left('x')).toBe(1);
    budget.reserve('uid-0', 'node-0');
    budget.settle('uid-0');
    budget.reserve('uid-0', 'node-0');
    budget.refund('uid-0');
    expect(budget.left('x')).toBe(0);
  });
});

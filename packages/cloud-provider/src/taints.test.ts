import { describe, expect, it } from '@jest/globals';
import type { Taint } from './kubernetes-types.ts';
import {
  hasTaint,
  hasUninitializedTaint,
  matchesTaint,
  withTaint,
  withoutTaint,
  withoutTaintKey,
} from './taints.ts';
import { ShutdownTaint, UninitializedTaintKey } from './well-known.ts';

const shutdown: Taint = { key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' };
const shutdownWithValue: Taint = { ...shutdown, value: 'yes' };
const shutdownNoExecute: Taint = { ...shutdown, effect: 'NoExecute' };
const other: Taint = { key: 'a/b', effect: 'NoSchedule' };
const uninitialized = (effect: string): Taint => ({ key: UninitializedTaintKey, effect });
const another: Taint = { key: 'c/d', effect: 'NoExecute' };

describe('a taint', () => {
  it.each([
    ['the same', shutdown, { ...shutdown }, true],
    ['another value', shutdown, shutdownWithValue, true],
    ['another effect', shutdown, shutdownNoExecute, false],
    ['another key', shutdown, other, false],
  ])('%s', (_what, one, second, expected) => {
    expect(matchesTaint(one, second)).toBe(expected);
    expect(hasTaint({ spec: { taints: [another, one] } }, second)).toBe(expected);
  });

  it('is on no Node without taints', () => {
    expect(hasTaint({}, ShutdownTaint)).toBe(false);
    expect(hasUninitializedTaint({})).toBe(false);
  });

  // @see docs/reference/contract.md#case-4
  it.each([
    [{ value: 'true', effect: 'NoSchedule' }],
    [{ value: 'x', effect: 'PreferNoSchedule' }],
    [{ effect: 'NoExecute' }],
  ])('marks an uninitialized Node by key alone: %j', (rest) => {
    const taints = [other, { key: UninitializedTaintKey, ...rest }];
    expect(hasUninitializedTaint({ spec: { taints } })).toBe(true);
  });
});

describe('withTaint', () => {
  it.each([
    ['to none', [], [shutdown]],
    // @see docs/reference/contract.md#case-68
    ['after others', [other, another], [other, another, shutdown]],
    // @see docs/reference/contract.md#case-85
    ['beside another effect', [shutdownNoExecute], [shutdownNoExecute, shutdown]],

    [
      'in the place of another value',
      [other, shutdownWithValue, another],
      [other, shutdown, another],
    ],
  ])('adds it %s', (_what, taints, expected) => {
    const before = structuredClone(taints);
    expect(withTaint(taints, shutdown)).toEqual(expected);
    expect(taints).toEqual(before);
  });

  it.each([
    // @see docs/reference/contract.md#case-69
    ['it is there', [other, shutdown]],

    ['it is there with an empty value', [{ ...shutdown, value: '' }]],
  ])('changes nothing where %s', (_what, taints) => {
    expect(withTaint(taints, shutdown)).toBeUndefined();
  });
});

describe('withoutTaint', () => {
  // @see docs/reference/contract.md#case-70
  it('keeps others in order, and the same key with another effect', () => {
    const taints = [other, shutdownWithValue, shutdownNoExecute, another];
    expect(withoutTaint(taints, shutdown)).toEqual([other, shutdownNoExecute, another]);
  });

  it('may leave none', () => {
    expect(withoutTaint([shutdown], shutdown)).toEqual([]);
  });

  it('changes nothing where it is not there', () => {
    expect(withoutTaint([other], shutdown)).toBeUndefined();
  });
});

describe('withoutTaintKey', () => {
  // @see docs/reference/contract.md#case-5
  // @see docs/reference/contract.md#case-6
  it('removes every taint of the key and keeps the others in order', () => {
    const taints = [other, uninitialized('NoSchedule'), another, uninitialized('NoExecute')];
    expect(withoutTaintKey(taints, UninitializedTaintKey)).toEqual([other, another]);
  });

  it('changes nothing where there is none', () => {
    expect(withoutTaintKey([other], UninitializedTaintKey)).toBeUndefined();
  });
});

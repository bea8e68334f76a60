import { describe, expect, it } from '@jest/globals';
import { defaultLoadBalancerName } from './load-balancer-name.ts';

describe('defaultLoadBalancerName', () => {
  // @see docs/reference/contract.md#case-179
  it('is an a and the UID without dashes, 32 characters', () => {
    const uid = '12345678-90ab-cdef-1234-567890abcdef';
    expect(defaultLoadBalancerName({ metadata: { uid } })).toBe('a1234567890abcdef1234567890abcde');
  });

  it.each([
    ['a shorter UID', { uid: 'uid-1' }, 'auid1'],
    ['no UID', {}, 'a'],
  ])('with %s is shorter', (_what, metadata, expected) => {
    expect(defaultLoadBalancerName({ metadata })).toBe(expected);
  });
});

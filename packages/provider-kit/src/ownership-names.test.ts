import { describe, expect, it } from '@jest/globals';

import { isOwnedBy, ownedName, parseOwnedName } from './ownership-names.ts';

const uid = '1234abcd-0000-4000-8000-000000000000';

describe('ownership names', () => {
  it('carry prefix, owner and parts, and are read back', () => {
    const name = ownedName({ prefix: 'k8s', uid, parts: ['TCP', '80'] });
    expect(name).toBe('k8s_1234abcd_TCP_80');
    expect(parseOwnedName(name, { prefix: 'k8s' })).toEqual({
      owner: '1234abcd',
      parts: ['TCP', '80'],
    });
    expect(isOwnedBy(name, { prefix: 'k8s', uid })).toBe(true);
  });

  it.each([
    '',
    'k8s',
    'k8s_1234abcd_',
    'k8s_1234abcd__80',
    'k8s_1234abc_TCP_80',
    'k8s_1234abcde_TCP_80',
    'K8s_1234abcd_TCP_80',
    ' k8s_1234abcd_TCP_80',
    'listener_30080_0',
  ])('are not found in %p', (name) => {
    expect(isOwnedBy(name, { prefix: 'k8s', uid })).toBe(false);
  });

  it('of another owner are not ours', () => {
    expect(isOwnedBy('k8s_1234abce_TCP_80', { prefix: 'k8s', uid })).toBe(false);
  });

  it.each([
    { prefix: 'k8s', uid: 'short', parts: ['x'] },
    { prefix: 'k8s', uid: 'ab_cdefgh', parts: ['x'] },
    { prefix: 'k8s', uid, parts: ['a_b'] },
    { prefix: '', uid, parts: ['a'] },
  ])('that would be ambiguous are refused: %j', (input) => {
    expect(() => ownedName(input)).toThrow(/cannot/);
  });
});

import { describe, expect, it } from '@jest/globals';

import { isOwnedBy, ownedName, parseOwnedName } from './ownership-names.ts';

const uid = '1234abcd-0012-4034-8056-000000000000';

describe('ownership names', () => {
  it('carry the prefix, 16 digits of the UID and the parts, and are read back', () => {
    const name = ownedName({ prefix: 'k8s', uid, parts: ['TCP', '80'] });
    expect(name).toBe('k8s_1234abcd00124034_TCP_80');
    expect(parseOwnedName(name, { prefix: 'k8s' })).toEqual({
      owner: '1234abcd00124034',
      parts: ['TCP', '80'],
    });
    expect(isOwnedBy(name, { prefix: 'k8s', uid })).toBe(true);
  });

  it('tell apart UIDs that share their first eight digits', () => {
    const name = ownedName({ prefix: 'k8s', uid, parts: ['TCP', '80'] });
    expect(isOwnedBy(name, { prefix: 'k8s', uid: uid.replace('0012', '0013') })).toBe(false);
  });

  it.each([
    '',
    'k8s',
    'k8s_1234abcd00124034_',
    'k8s_1234abcd00124034__80',
    'k8s_1234abcd_TCP_80',
    'k8s_1234abcd0012403_TCP_80',
    'k8s_1234abcd001240345_TCP_80',
    'k8s_1234ABCD00124034_TCP_80',
    'K8s_1234abcd00124034_TCP_80',
    ' k8s_1234abcd00124034_TCP_80',
    'listener_30080_0',
  ])('are not found in %p', (name) => {
    expect(isOwnedBy(name, { prefix: 'k8s', uid })).toBe(false);
  });

  it.each([
    { prefix: 'k8s', uid: 'short', parts: ['x'] },
    { prefix: 'k8s', uid: 'ab_cdefgh-0000-0000', parts: ['x'] },
    { prefix: 'k8s', uid, parts: ['a_b'] },
    { prefix: '', uid, parts: ['a'] },
  ])('that would be ambiguous are refused: %j', (input) => {
    expect(() => ownedName(input)).toThrow(/cannot/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isNewerVersion } from './resource-version.ts';

describe('isNewerVersion', () => {
  it.each<[string | undefined, string | undefined, boolean]>([
    ['10', '9', true],
    ['9', '10', false],
    ['9', '9', false],
    ['18446744073709551616', '18446744073709551615', true],
    [undefined, '9', false],
    ['10', undefined, false],
    ['b', 'a', false],
    ['', '0', false],
    ['1', '', false],
    ['010', '9', false],
    ['1e9', '9', false],
    ['-1', '-2', false],
  ])('%p is newer than %p: %p', (version, than, expected) => {
    expect(isNewerVersion(version, than)).toBe(expected);
  });
});

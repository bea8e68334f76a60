import { describe, expect, it } from '@jest/globals';
import { versionFlag } from './version-flag.ts';

const flag = versionFlag({ section: 'global', doc: '' });

describe('--version', () => {
  it.each([
    ['true', 'true'],
    ['1', 'true'],
    ['false', 'false'],
    ['raw', 'raw'],
    ['v1.36.2', 'v1.36.2'],
    ['v1.36.2-inspur.1+abc', 'v1.36.2-inspur.1+abc'],
    ['v1.36', undefined],
    ['1.36.2', undefined],
    ['v1.36.2 or so', undefined],
  ])('reads %s', (text, wish) => {
    expect(flag.parse(text)).toBe(wish);
  });
});

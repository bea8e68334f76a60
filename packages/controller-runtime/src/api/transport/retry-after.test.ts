import { describe, expect, it } from '@jest/globals';
import { retryAfterSecondsOf } from './retry-after.ts';

describe('retryAfterSecondsOf', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['7', 7],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['', undefined],
    [undefined, undefined],
    [['3', '4'], 3],
  ])('reads %j as %s', (header, seconds) => {
    expect(retryAfterSecondsOf(header, now)).toBe(seconds);
  });
});

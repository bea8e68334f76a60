import { describe, expect, it } from '@jest/globals';
import { backoffMs, parseRetryAfter } from './backoff.ts';

const always = (value: number) => ({ next: () => value });

describe('backoffMs', () => {
  const options = { baseMs: 200, maxMs: 10_000 };

  it.each([
    [1, 200],
    [2, 400],
    [4, 1600],
    [7, 10_000],
    [60, 10_000],
  ])('waits between 0 and the limit after attempt %d (limit %d ms)', (attempt, bound) => {
    expect(backoffMs(attempt, options, always(0))).toBe(0);
    expect(backoffMs(attempt, options, always(0.999))).toBeCloseTo(bound * 0.999);
  });

  it('never waits less than the cloud requested', () => {
    expect(backoffMs(1, options, always(0), 3000)).toBe(3000);
    expect(backoffMs(1, options, always(0.5), 3000)).toBe(3100);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');

  it.each([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('parses %j as %p ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});

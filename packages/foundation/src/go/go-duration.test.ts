import { describe, expect, it } from '@jest/globals';
import { formatGoDuration, parseGoDuration } from './go-duration.ts';

describe('parseGoDuration', () => {
  it.each([
    ['15s', 15_000],
    ['1h2m3s', 3_723_000],
    ['1.5s', 1500],
    ['.5m', 30_000],
    ['300ms', 300],
    ['2us', 0.002],
    ['-10s', -10_000],
    ['+1s', 1000],
    ['0', 0],
    ['', undefined],
    ['10', undefined],
    ['s', undefined],
    ['1s 2s', undefined],
    ['1d', undefined],
    ['.s', undefined],
  ])('reads %j as %j ms', (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });
});

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [250, '250ms'],
    [2000, '2s'],
    [90_000, '1m30s'],
    [43_200_000, '12h0m0s'],
    [-1500, '-1.5s'],
  ])('prints %j ms as %s, which reads back', (ms, text) => {
    expect(formatGoDuration(ms)).toBe(text);
    expect(parseGoDuration(text)).toBe(ms);
  });
});

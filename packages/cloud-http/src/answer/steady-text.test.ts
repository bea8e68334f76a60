import { describe, expect, it } from '@jest/globals';
import { steadyText } from './steady-text.ts';

describe('steadyText', () => {
  it.each([
    ['busy at 2026-01-02T03:04:05Z', 'busy at …'],
    ['busy at 2026-01-02 03:04:05.678+08:00, wait', 'busy at …, wait'],
    ['request r-1234 failed (r-1234)', 'request … failed (…)'],
    ['nonce 7 of 17 was used', 'nonce 7 of 17 was used'],
    ['port 80 of slb-1', 'port 80 of slb-1'],
  ])('omits values that vary: %s', (text, steady) => {
    expect(steadyText(text, ['r-1234', '7', ''])).toBe(steady);
  });
});

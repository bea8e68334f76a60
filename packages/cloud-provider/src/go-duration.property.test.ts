import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { formatGoDuration, parseGoDuration } from './go-duration.ts';

describe('parseGoDuration', () => {
  it.each([
    ['0', 0],
    ['20s', 20_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['-2s', -2000],
    ['+2s', 2000],
    ['100us', 0.1],
    ['100µs', 0.1],
    ['1h2m3s4ms', 3_723_004],
  ])('reads %s', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBeCloseTo(milliseconds, 9);
  });

  it.each(['', '20', 's', '1d', '1 s', '1s 2s', 'abc', '1.s.', '--1s', '20S', '..s'])(
    'refuses %p',
    (text) => {
      expect(parseGoDuration(text)).toBeUndefined();
    },
  );

  it('reads back what formatGoDuration writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (milliseconds) => {
        expect(parseGoDuration(formatGoDuration(milliseconds))).toBeCloseTo(milliseconds, 6);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { formatGoDuration, parseGoDuration } from './go-duration.ts';

describe('parseGoDuration', () => {
  it('reads back what formatGoDuration writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (milliseconds) => {
        expect(parseGoDuration(formatGoDuration(milliseconds))).toBeCloseTo(milliseconds, 6);
      }),
    );
  });
});

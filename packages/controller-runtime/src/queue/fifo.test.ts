import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Fifo } from './fifo.ts';

describe('Fifo', () => {
  it('behaves like an array for any sequence of operations', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ push: fc.nat(9) }) },
      { weight: 4, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.record({ remove: fc.nat(9) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        const actual: unknown[] = [];
        const expected: unknown[] = [];
        for (const at of steps) {
          if (at === 'shift') {
            actual.push(fifo.shift());
            expected.push(model.shift());
          } else if ('push' in at) {
            fifo.push(at.push);
            model.push(at.push);
          } else {
            const index = model.indexOf(at.remove);
            actual.push(fifo.remove(at.remove));
            expected.push(index !== -1);
            if (index !== -1) model.splice(index, 1);
          }
          actual.push(fifo.length);
          expected.push(model.length);
        }
        expect(actual).toEqual(expected);
      }),
    );
  });
});

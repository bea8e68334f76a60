import { describe, expect, it } from '@jest/globals';
import { wantsColors } from './log-line.ts';

const terminal = { write: () => true, isTTY: true };

describe('wantsColors', () => {
  it.each([
    ['a terminal', terminal, {}, true],
    ['a terminal with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['a terminal with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['a terminal that knows no colors', terminal, { TERM: 'dumb' }, false],
    ['a file', { write: () => true }, {}, false],
    ['a pipe', { write: () => true, isTTY: false }, {}, false],
  ])('of %s', (_, sink, env, wants) => {
    expect(wantsColors(sink, env)).toBe(wants);
  });
});

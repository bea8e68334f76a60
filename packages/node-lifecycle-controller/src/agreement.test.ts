import { describe, expect, it } from '@jest/globals';
import { agree, isReadAfter, spanOf } from './agreement.ts';
import type { Agreement, Look } from './agreement.ts';

const created = 1_000_000;
const absent: Look = {
  server: 'absent',
  complete: true,
  readAt: 0,
  startedAt: created,
  witness: 'shown',
};

function after(...looks: readonly Partial<Look>[]): Agreement | undefined {
  let agreement: Agreement | undefined;
  looks.forEach((look, round) => {
    agreement = agree(agreement, { ...absent, readAt: round * 5_000, ...look }, created);
  });
  return agreement;
}

describe('rounds that agree', () => {
  it('count one by one, with the time from the first read to the last', () => {
    expect(spanOf(after({}, {}, {})?.witnessed)).toEqual({ rounds: 3, ms: 10_000 });
    expect(spanOf(after({})?.all)).toEqual({ rounds: 1, ms: 0 });
    expect(spanOf(undefined)).toBeUndefined();
  });

  it.each<[string, Partial<Look>]>([
    ['an error', { server: 'unanswered', complete: false }],
    ['an incomplete answer', { complete: false }],
    ['an answer that shows the server', { server: 'running' }],
    ['an answer that shows it stopped', { server: 'stopped' }],
    ['an answer that says nothing of it', { server: 'unknown' }],
    ['an answer without the living', { witness: 'not-shown' }],
    ['a read from before the Node', { startedAt: created - 1 }],
    ['an answer from another time than its question', { startedAt: undefined }],
  ])('are forgotten after %s', (_what, look) => {
    expect(after({}, {}, look)).toBeUndefined();
    expect(spanOf(after({}, {}, look, {})?.all)).toEqual({ rounds: 1, ms: 0 });
  });

  it('go on without a witness where none is to be had, but the witnessed ones start over', () => {
    const agreement = after({}, {}, { witness: 'none-ready' }, {});
    expect(spanOf(agreement?.all)).toEqual({ rounds: 4, ms: 15_000 });
    expect(spanOf(agreement?.witnessed)).toEqual({ rounds: 1, ms: 0 });
    expect(after({}, { witness: 'none-possible' })?.witnessed).toBeUndefined();
  });

  it('need a creation time to compare with', () => {
    expect(agree(undefined, absent, undefined)).toBeUndefined();
    expect(isReadAfter(absent, undefined)).toBe(false);
    expect(isReadAfter(absent, created)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { cloudApiCheck } from './cloud-api-check.ts';
import { CloudCallLog } from './cloud-call-log.ts';

const minuteMs = 60_000;

/** Lets a minute pass after each call: `+` went well, `-` did not, and without a call for ` `. */
async function after(calls: string) {
  const clock = new FakeClock();
  const log = new CloudCallLog(clock);
  for (const call of calls) {
    if (call !== ' ') log.note(call === '+');
    await clock.advance(minuteMs);
  }
  const check = cloudApiCheck(log, clock);
  return { isHealthy: check.isHealthy(), detail: check.detail?.() };
}

describe('cloudApiCheck', () => {
  it.each([
    ['', true, 'no good call yet'],
    ['+', true, 'last good call 1m0s ago'],
    ['+         ', true, 'last good call 10m0s ago'],
    ['----', true, 'no good call yet'],
    ['-----', false, 'no good call yet'],
    ['+-----', false, 'last good call 6m0s ago'],
    ['+----+-', true, 'last good call 2m0s ago'],
    // Nobody calls any more.
    ['-----     ', true, 'no good call yet'],
    // The first call after an idle time fails: that says little yet.
    ['+            -', true, 'last good call 14m0s ago'],
  ])('after "%s" is healthy: %s, %s', async (calls, isHealthy, detail) => {
    expect(await after(calls)).toEqual({ isHealthy, detail });
  });
});

import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { RestoreBackoff } from './restore-backoff.ts';

function start() {
  const clock = new FakeClock();
  return { clock, backoff: new RestoreBackoff({ baseMs: 5_000, maxMs: 20_000, clock }) };
}

describe('RestoreBackoff', () => {
  it('restores at once the first time, then with a growing delay for each Service', () => {
    const { backoff } = start();
    expect([1, 2, 3, 4, 5].map(() => backoff.next('a'))).toEqual([
      0, 5_000, 10_000, 20_000, 20_000,
    ]);
    expect(backoff.next('b')).toBe(0);
  });

  it('starts from the beginning for a Service whose status stayed as it was for long enough', async () => {
    const { clock, backoff } = start();
    backoff.next('a');
    await clock.advance(40_000);
    expect(backoff.next('a')).toBe(5_000);
    await clock.advance(45_001);
    expect(backoff.next('a')).toBe(0);
  });

  it('forgets a Service', () => {
    const { backoff } = start();
    backoff.next('a');
    backoff.forget('a');
    expect(backoff.next('a')).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { defaultControllerRateLimiter, exponentialBackoff, maxOf } from './rate-limiter.ts';
import { FakeClock } from '../testing/fake-clock.ts';

describe('exponentialBackoff', () => {
  it('doubles the delay per key up to the maximum, until the key is forgotten', () => {
    const limiter = exponentialBackoff({ baseMs: 5, maxMs: 30 });
    expect([1, 2, 3, 4, 5].map(() => limiter.when('a'))).toEqual([5, 10, 20, 30, 30]);
    expect(limiter.when('b')).toBe(5);
    expect([limiter.failures('a'), limiter.failures('b'), limiter.failures('c')]).toEqual([
      5, 1, 0,
    ]);
    limiter.forget('a');
    expect([limiter.failures('a'), limiter.when('a')]).toEqual([0, 5]);
  });

  it('stays at the maximum delay however often a key fails', () => {
    const limiter = exponentialBackoff({ baseMs: 5, maxMs: 1_000_000 });
    for (let failure = 0; failure < 2_000; failure += 1) limiter.when('a');
    expect(limiter.when('a')).toBe(1_000_000);
  });
});

describe('maxOf', () => {
  it('returns the longest delay and reports success to every limiter', () => {
    const limiter = maxOf(
      exponentialBackoff({ baseMs: 1, maxMs: 100 }),
      exponentialBackoff({ baseMs: 4, maxMs: 8 }),
    );
    expect([1, 2, 3, 4, 5].map(() => limiter.when('a'))).toEqual([4, 8, 8, 8, 16]);
    expect(limiter.failures('a')).toBe(5);
    limiter.forget('a');
    expect([limiter.failures('a'), limiter.when('a')]).toEqual([0, 4]);
  });
});

describe('defaultControllerRateLimiter', () => {
  it('waits 5 ms to 1000 s per key', () => {
    const limiter = defaultControllerRateLimiter({ clock: new FakeClock() });
    const waits = Array.from({ length: 20 }, () => limiter.when('a'));
    expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(waits.slice(17)).toEqual([5 * 2 ** 17, 1_000_000, 1_000_000]);
  });

  it('admits 100 retries of different keys, then 10 per second', () => {
    const limiter = defaultControllerRateLimiter({ clock: new FakeClock() });
    const waits = Array.from({ length: 103 }, (_, index) => limiter.when(`key ${index}`));
    expect(new Set(waits.slice(0, 100))).toEqual(new Set([5]));
    expect(waits.slice(100)).toEqual([100, 200, 300]);
  });
});

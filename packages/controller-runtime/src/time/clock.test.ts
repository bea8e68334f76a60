import { describe, expect, it } from '@jest/globals';
import { systemClock } from './clock.ts';

describe('systemClock', () => {
  it('waits and measures', async () => {
    const start = systemClock.monotonic();
    await systemClock.sleep(5);
    expect(systemClock.monotonic() - start).toBeGreaterThanOrEqual(4);
    expect(systemClock.now()).toBeGreaterThan(Date.UTC(2026, 0, 1));
  });

  it('ends a sleep with the reason of its signal, even one that has already aborted', async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(60_000, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(systemClock.sleep(60_000, { signal: controller.signal })).rejects.toThrow(
      'enough',
    );
  });

  it('does not fire a timer beyond the longest delay of Node immediately', async () => {
    let fired = false;
    const timer = systemClock.timer(2 ** 40, () => (fired = true));
    await systemClock.sleep(10);
    timer.cancel();
    expect(fired).toBe(false);
  });

  it('does not fire a canceled timer', async () => {
    let fired = false;
    systemClock.timer(1, () => (fired = true)).cancel();
    await systemClock.sleep(5);
    expect(fired).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { untilQuiet } from './quiet.ts';

describe('untilQuiet', () => {
  it('waits until nothing has changed for the whole time', async () => {
    const clock = new FakeClock();
    const startedAt = clock.monotonic();
    const { signal } = new AbortController();
    const measure = async (): Promise<number> => {
      const changing = async (): Promise<number> => Math.min(clock.monotonic() - startedAt, 450);
      await untilQuiet(changing, { clock, signal, quietMs: 1000, intervalMs: 100 });
      return clock.monotonic() - startedAt;
    };
    const measured = measure();
    for (let step = 0; step < 30; step += 1) await clock.advance(100);
    // The last change is seen at 500 ms.
    expect(await measured).toBe(1500);
  });

  it('ends with the reason of an abort', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const ended = untilQuiet(async () => 0, { clock, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
  });
});

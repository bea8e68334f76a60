import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { Profiler } from './profiler.ts';

describe('Profiler', () => {
  it('makes room for another profile when nobody waits for this one any more', async () => {
    const clock = new FakeClock();
    const profiler = new Profiler(clock);
    const client = new AbortController();
    const abandoned = profiler.cpu(60_000, client.signal);
    await clock.waitForTimers(1);
    expect(await profiler.heap(1, client.signal)).toBeUndefined();
    client.abort(new Error('the client went away'));
    await expect(abandoned).rejects.toThrow('the client went away');
    const next = profiler.heap(1, new AbortController().signal);
    await clock.waitForTimers(1);
    await clock.advance(1);
    expect(JSON.parse((await next) ?? '')).toMatchObject({ head: expect.any(Object) });
  });
});

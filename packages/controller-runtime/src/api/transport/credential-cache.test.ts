import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { CredentialCache } from './credential-cache.ts';
import { FakeClock } from '../../testing/fake-clock.ts';

function start(script: readonly (string | Error)[]) {
  const clock = new FakeClock();
  const loads: boolean[] = [];
  const cache = new CredentialCache({
    load: async (isRefused) => {
      const answer = script[loads.push(isRefused) - 1] ?? new Error('script is over');
      await clock.sleep(10);
      if (answer instanceof Error) throw answer;
      return { headers: { authorization: answer } };
    },
    maxAgeMs: 60_000,
    clock,
    random: { next: () => 1 },
    log: silentLogger,
  });
  return {
    clock,
    loads,
    cache,
    get: async (): Promise<unknown> => {
      const result = cache.headers().then(
        ({ authorization }) => authorization,
        (error: unknown) => error,
      );
      await clock.advance(10);
      return await result;
    },
  };
}

describe('CredentialCache', () => {
  it('shares one fetch among concurrent callers', async () => {
    const { cache, clock, loads } = start(['one']);
    const asked = Promise.all(Array.from({ length: 20 }, async () => await cache.headers()));
    await clock.advance(10);
    expect(new Set(await asked).size).toBe(1);
    expect(loads).toEqual([false]);
  });

  it('fetches the headers again when they are too old', async () => {
    const { get, clock } = start(['one', 'two']);
    expect(await get()).toBe('one');
    await clock.advance(59_000);
    expect(await get()).toBe('one');
    await clock.advance(1_000);
    expect(await get()).toBe('two');
  });

  it('refreshes once for any number of refusals of the same headers', async () => {
    const { cache, clock, get, loads } = start(['one', 'two']);
    await get();
    const first = await cache.headers();
    for (let i = 0; i < 20; i += 1) cache.refuse(first);
    expect(await get()).toBe('two');
    cache.refuse(first);
    expect(await get()).toBe('two');
    expect(loads).toEqual([false, true]);
    expect(clock.timers).toEqual([]);
  });

  it('bypasses caches less and less often while each new credential is refused, and immediately after a success', async () => {
    const { cache, clock, get, loads } = start(Array.from({ length: 200 }, (_, at) => `t-${at}`));
    for (let round = 0; round < 60; round += 1) {
      await get();
      cache.refuse(await cache.headers());
      await clock.advance(500);
    }
    // After 0, 5 and 15 seconds.
    expect(loads.filter((isRefused) => isRefused)).toHaveLength(3);
    await get();
    cache.accept(await cache.headers());
    cache.refuse(await cache.headers());
    await get();
    expect(loads.at(-1)).toBe(true);
  });

  it('reads again after each refusal if a file may have been replaced', async () => {
    const { cache, get } = start(['one', 'two', 'three']);
    for (const expected of ['one', 'two', 'three']) {
      expect(await get()).toBe(expected);
      cache.refuse(await cache.headers());
    }
  });

  it('keeps the previous credentials if a refresh by age fails, but not if the server refused them', async () => {
    const { cache, clock, get } = start(['one', new Error('disk'), new Error('disk'), 'two']);
    await get();
    await clock.advance(60_000);
    expect(await get()).toBe('one');
    cache.refuse(await cache.headers());
    expect(await get()).toMatchObject({ message: 'disk' });
    expect(await get()).toBe('two');
  });

  it('releases a caller that aborts while the others keep waiting', async () => {
    const { cache, clock } = start(['one']);
    const controller = new AbortController();
    const left = cache.headers({ signal: controller.signal });
    const stayed = cache.headers();
    controller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await clock.advance(10);
    expect(await stayed).toEqual({ authorization: 'one' });
  });
});

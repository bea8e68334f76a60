import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';

import { InstanceDirectory } from './instance-directory.ts';
import { SharedRead } from './shared-read.ts';
import { FakeSource } from './testing/fake-source.ts';
import { ManualClock } from './testing/manual-clock.ts';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** What two signals keep: that of those who ask, and that which ends all. */
async function kept(use: (asking: AbortSignal, lifetime: AbortSignal) => Promise<unknown>) {
  const [asking, lifetime] = [new AbortController().signal, new AbortController().signal];
  await use(asking, lifetime);
  return [listenersOf(asking), listenersOf(lifetime)];
}

describe('signals that live long', () => {
  it.each<[string, () => Promise<string>]>([
    ['succeeds', async () => 'done'],
    ['fails', () => Promise.reject(new Error('boom'))],
  ])('keep no listener of a shared read that %s', async (_how, run) => {
    const listeners = await kept(async (asking, lifetime) => {
      const read = new SharedRead(run, lifetime);
      await Promise.allSettled([read.wait(asking), read.wait(asking)]);
    });
    expect(listeners).toEqual([0, 0]);
  });

  it('keep no listener of a shared read that all have left', async () => {
    const lifetime = new AbortController().signal;
    const leaving = new AbortController();
    const read = new SharedRead(
      (signal) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
      lifetime,
    );
    const waiting = read.wait(leaving.signal);
    expect([listenersOf(leaving.signal), listenersOf(lifetime)]).toEqual([1, 1]);
    leaving.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await read.ended;
    expect([listenersOf(leaving.signal), listenersOf(lifetime)]).toEqual([0, 0]);
  });

  it('keep no listener of a thousand questions to a directory', async () => {
    const listeners = await kept(async (asking, lifetime) => {
      const clock = new ManualClock();
      const source = new FakeSource(clock, ['i-1', 'i-2']);
      const directory = new InstanceDirectory({ source, clock, signal: lifetime });
      for (let round = 0; round < 10; round += 1) {
        const questions = Array.from({ length: 100 }, (_, index) =>
          directory.byId(`i-${index}`, { signal: asking }),
        );
        await clock.advance(60_000);
        await Promise.all(questions);
      }
    });
    expect(listeners).toEqual([0, 0]);
  });
});

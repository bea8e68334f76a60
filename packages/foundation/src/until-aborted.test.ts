import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { untilAborted } from './until-aborted.ts';

const never = new Promise<never>(() => undefined);

describe('untilAborted', () => {
  it('ends when the signal aborts', async () => {
    const controller = new AbortController();
    const ended = untilAborted(controller.signal, [never]);
    controller.abort();
    await expect(ended).resolves.toBeUndefined();
  });

  it('ends when a promise is fulfilled, and leaves no listener', async () => {
    const { signal } = new AbortController();
    await untilAborted(signal, [never, Promise.resolve('done')]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends at once if the signal has aborted', async () => {
    await expect(untilAborted(AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('rejects as a promise does, and leaves no listener', async () => {
    const { signal } = new AbortController();
    const failure = new Error('boom');
    await expect(untilAborted(signal, [never, Promise.reject(failure)])).rejects.toBe(failure);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

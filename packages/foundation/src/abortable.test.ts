import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { abortable } from './abortable.ts';

describe('abortable', () => {
  let unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);
  beforeEach(() => {
    unhandled = [];
    process.on('unhandledRejection', onUnhandled);
  });
  afterEach(() => {
    process.off('unhandledRejection', onUnhandled);
  });

  it('leaves no listener, however the promise ends', async () => {
    const { signal } = new AbortController();
    await abortable(Promise.resolve(1), signal);
    await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('passes on what the promise comes to', async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve(1), signal)).toBe(1);
    expect(await abortable(Promise.resolve(2), undefined)).toBe(2);
    await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it.each([
    ['before', true],
    ['while', false],
  ])(
    'ends with the reason of a signal that fired %s it waited, and leaves no late failure behind',
    async (_, before) => {
      const controller = new AbortController();
      const { promise, reject } = Promise.withResolvers<never>();
      if (before) controller.abort(new Error('enough'));
      const waiting = abortable(promise, controller.signal);
      if (!before) controller.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      reject(new Error('too late'));
      await setImmediate();
      await setImmediate();
      expect(unhandled).toEqual([]);
    },
  );
});

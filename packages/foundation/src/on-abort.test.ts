import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { onAbort } from './on-abort.ts';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('onAbort', () => {
  it('calls back all that were not called off, once, through one listener', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const called: number[] = [];
    const callOffs = [1, 2, 3].map((number) => onAbort(signal, () => called.push(number)));
    expect(listenersOf(signal)).toBe(1);
    callOffs[1]?.();
    controller.abort();
    expect(called).toEqual([1, 3]);
    expect(listenersOf(signal)).toBe(0);
  });

  it('takes the same function twice', () => {
    const controller = new AbortController();
    let called = 0;
    const count = (): void => void (called += 1);
    onAbort(controller.signal, count);
    onAbort(controller.signal, count)();
    controller.abort();
    expect(called).toBe(1);
  });

  it('calls back at once for a signal that has aborted, and listens to it no more', () => {
    const signal = AbortSignal.abort();
    let called = 0;
    onAbort(signal, () => void (called += 1))();
    expect([called, listenersOf(signal)]).toEqual([1, 0]);
  });

  it('leaves no listener once all are called off, and listens again for the next', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const callOffs = [1, 2].map(() => onAbort(signal, () => undefined));
    for (const callOff of [...callOffs, ...callOffs]) callOff();
    expect(listenersOf(signal)).toBe(0);
    let called = 0;
    onAbort(signal, () => void (called += 1));
    controller.abort();
    expect(called).toBe(1);
  });

  it('leaves a callback out that an earlier one calls off', () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => callOff());
    const callOff = onAbort(controller.signal, () => called.push('late'));
    controller.abort();
    expect(called).toEqual([]);
  });
});

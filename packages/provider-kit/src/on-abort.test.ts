import { describe, expect, it } from '@jest/globals';

import { onAbort } from './on-abort.ts';

describe('onAbort', () => {
  it('calls back all that were not called off, once, through one listener', () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => {
        listeners += 1;
        add(...args);
      },
    });
    const called: number[] = [];
    const callOffs = [1, 2, 3].map((number) => onAbort(signal, () => called.push(number)));
    callOffs[1]?.();
    controller.abort();
    expect(called).toEqual([1, 3]);
    expect(listeners).toBe(1);
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
});

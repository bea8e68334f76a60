import type { Clock, Timer } from '@k8s-ccm/inspur-sdk';

import type { VirtualClock } from '../src/testing/virtual-clock.ts';

/**
 * The clock of a provider in a law: short timers are over at once, and what sleeps does so until the
 * test lets time pass. Only work in the background sleeps on it.
 */
export class QuietClock implements Clock {
  readonly #virtual: VirtualClock;
  #sleepers: { readonly ms: number; readonly wake: () => void }[] = [];

  constructor(virtual: VirtualClock) {
    this.#virtual = virtual;
  }

  now(): number {
    return this.#virtual.now();
  }

  monotonic(): number {
    return this.#virtual.monotonic();
  }

  timer(ms: number, callback: () => void): Timer {
    return this.#virtual.timer(ms, callback);
  }

  sleep(ms: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    this.#sleepers.push({ ms, wake: resolve });
    return promise;
  }

  /** Ends the sleeps that are under way. Tells whether there were any. */
  async pass(): Promise<boolean> {
    const sleepers = this.#sleepers;
    this.#sleepers = [];
    for (const { ms, wake } of sleepers) {
      await this.#virtual.sleep(ms);
      wake();
    }
    return sleepers.length > 0;
  }
}

import { systemClock } from '@k8s-ccm/inspur-sdk';
import type { Clock, Timer } from '@k8s-ccm/inspur-sdk';

/** A clock on which waits last until the test ends them, and no deadline ever comes. */
export class GatedClock implements Clock {
  /** The waits so far, in milliseconds. */
  readonly waits: number[] = [];
  #open: (() => void)[] = [];

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return 0;
  }

  sleep(ms: number, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.waits.push(ms);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    this.#open.push(resolve);
    return promise;
  }

  timer(): Timer {
    return { cancel: () => undefined };
  }

  /** Ends the waits that are under way. */
  pass(): void {
    for (const open of this.#open) open();
    this.#open = [];
  }
}

import { setTimeout as pause } from 'node:timers/promises';

/** Real time: what this package waits on are real processes. */
export const clock = {
  /** Milliseconds since the epoch, to compare with a file's times. */
  now: (): number => Date.now(),
  /** Milliseconds that only ever grow. */
  monotonic: (): number => performance.now(),
  /** Waits. @throws the signal's reason once it aborts */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await pause(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
  /** Calls back again and again; does not keep the process alive. Stops when disposed. */
  every(ms: number, callback: () => void): Disposable {
    const timer = setInterval(callback, ms);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

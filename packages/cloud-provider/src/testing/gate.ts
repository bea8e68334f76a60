import { abortable } from '@k8s-ccm/foundation';

/** Holds calls until a test lets them go, so that overlaps can be seen. Once open, it stays open. */
export class Gate {
  readonly #opened = Promise.withResolvers<undefined>();
  #waiting = 0;

  /** Calls that stand before the gate. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Lets every call go, those that wait and those that come. */
  open(): void {
    this.#opened.resolve(undefined);
  }

  /** Waits until the gate is open; rejects with the signal's reason when it aborts. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#waiting += 1;
    try {
      await abortable(this.#opened.promise, signal);
    } finally {
      this.#waiting -= 1;
    }
  }
}

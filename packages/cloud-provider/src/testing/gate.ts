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
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting += 1;
    try {
      await Promise.race([this.#opened.promise, aborted.promise]);
    } finally {
      this.#waiting -= 1;
      signal.removeEventListener('abort', onAbort);
    }
  }
}

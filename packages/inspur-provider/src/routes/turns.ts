/** Lets work on one thing take place one after the other, and work on different things at once. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work once all earlier work under this key has ended, well or not. Gives and throws what it does. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(key, promise);
    await before;
    try {
      return await work();
    } finally {
      resolve();
      if (this.#last.get(key) === promise) this.#last.delete(key);
    }
  }
}

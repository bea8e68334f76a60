/** Limits how many tasks run concurrently. Further tasks wait in order. */
export class ParallelLimit {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param limit at least 1; `Infinity` lets all run at once */
  constructor(limit: number) {
    this.#free = limit;
  }

  /** Runs the work as soon as there is room. Returns its result and rethrows its errors. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  async #turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }
}

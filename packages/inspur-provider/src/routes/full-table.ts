import { isRouteQuotaExceeded } from '@k8s-ccm/inspur-sdk';

/**
 * Spares calls while a table is full: one try at a time then speaks for all who come meanwhile. A large cluster would
 * else ask for each of its nodes in each run.
 */
export class FullTable {
  #isFull = false;
  /** Gives the refusal, if the try that is under way ends in one. */
  #trial: Promise<unknown> | undefined;

  /** Adds by `work`. Gives and throws what it does, or the refusal of another one. */
  async add(work: () => Promise<unknown>): Promise<void> {
    while (this.#trial !== undefined) {
      const refusal = await this.#trial;
      if (refusal !== undefined) throw refusal;
    }
    const { promise, resolve } = Promise.withResolvers<unknown>();
    if (this.#isFull) this.#trial = promise;
    const isTrial = this.#isFull;
    try {
      await work();
      this.#isFull = false;
      resolve(undefined);
    } catch (error) {
      this.#isFull = isRouteQuotaExceeded(error);
      resolve(this.#isFull ? error : undefined);
      throw error;
    } finally {
      if (isTrial) this.#trial = undefined;
    }
  }
}

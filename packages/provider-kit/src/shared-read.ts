import { LinkedAbort, abortable } from '@k8s-ccm/foundation';

/**
 * One call for several who ask: each waits with a signal of its own, and the call ends early only when all have gone.
 */
export class SharedRead<Result> {
  readonly #call: LinkedAbort;
  readonly #result: Promise<Result>;
  #waiting = 0;
  #isAbandoned = false;

  /** Starts the call. `lifetime` ends it too. */
  constructor(run: (signal: AbortSignal) => Promise<Result>, lifetime: AbortSignal) {
    this.#call = new LinkedAbort(lifetime);
    this.#result = this.#run(run);
  }

  /** Fulfilled once the call has ended, well or not. */
  get ended(): Promise<void> {
    return this.#result.then(
      () => undefined,
      () => undefined,
    );
  }

  /** True once all have gone: then nobody may come any more. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** The call's result. Rejects with the reason of `signal` once that aborts. */
  async wait(signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    this.#waiting += 1;
    try {
      return await abortable(this.#result, signal);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && signal.aborted) this.#abandon(signal.reason);
    }
  }

  #abandon(reason: unknown): void {
    this.#isAbandoned = true;
    this.#call.abort(reason);
  }

  async #run(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      return await run(this.#call.signal);
    } finally {
      this.#call[Symbol.dispose]();
    }
  }
}

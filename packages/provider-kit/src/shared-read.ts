import { onAbort } from './on-abort.ts';

/**
 * One call for several who ask: each waits with a signal of its own, and the call ends early only when all have gone.
 */
export class SharedRead<Result> {
  readonly #controller = new AbortController();
  readonly #result: Promise<Result>;
  #waiting = 0;

  /** Starts the call. `lifetime` ends it too. */
  constructor(run: (signal: AbortSignal) => Promise<Result>, lifetime: AbortSignal) {
    this.#result = run(AbortSignal.any([this.#controller.signal, lifetime]));
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
    return this.#controller.signal.aborted;
  }

  /** The call's result. Rejects with the reason of `signal` once that aborts. */
  async wait(signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const callOff = onAbort(signal, () => reject(signal.reason));
    this.#waiting += 1;
    try {
      return await Promise.race([this.#result, aborted]);
    } finally {
      callOff();
      this.#waiting -= 1;
      if (this.#waiting === 0 && signal.aborted) this.#controller.abort(signal.reason);
    }
  }
}

import { onAbort } from './on-abort.ts';

/**
 * A signal that aborts when one of its sources does, or on demand, until it is disposed of. Use it in
 * place of `AbortSignal.any`, which leaves something in a long-lived source for each signal made from it.
 *
 * @example
 * using limited = new LinkedAbort(signal);
 * const timer = clock.timer(5000, () => limited.abort(new Error('no answer within 5 s')));
 */
export class LinkedAbort implements Disposable {
  readonly #controller = new AbortController();
  readonly #letGo: (() => void)[] = [];

  /** @param sources absent ones are left out */
  constructor(...sources: readonly (AbortSignal | undefined)[]) {
    for (const source of sources) {
      if (source === undefined || this.signal.aborted) continue;
      this.#letGo.push(onAbort(source, () => this.abort(source.reason)));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts the signal, and lets go of the sources. The first reason counts. */
  abort(reason?: unknown): void {
    this[Symbol.dispose]();
    this.#controller.abort(reason);
  }

  /** Lets go of the sources: from now on only {@link abort} aborts the signal. */
  [Symbol.dispose](): void {
    for (const letGo of this.#letGo.splice(0)) letGo();
  }
}

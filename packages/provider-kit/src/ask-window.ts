import { onAbort } from '@k8s-ccm/foundation';
import type { DirectoryClock } from './instance-source.ts';

/** What somebody asks. */
export interface Question {
  /** Absent where somebody looks for an instance whose id is not known. */
  readonly id?: string;
  /** IDs to ask for in the same call. */
  readonly witnesses: readonly string[];
  readonly signal: AbortSignal;
  /** In milliseconds. */
  readonly maxAgeMs: number;
  readonly urgent: boolean;
}

/** A question that waits for its answer. */
export interface Ask<Answer> extends Question {
  /** Gives the answer, which may still be under way. Has no effect once `signal` has aborted. */
  settle(answer: Promise<Answer>): void;
}

/** Collects questions, and hands on together what comes within the same few milliseconds. */
export class AskWindow<Answer> {
  readonly #clock: DirectoryClock;
  readonly #windowMs: number;
  readonly #send: (asks: readonly Ask<Answer>[]) => void;
  #asks = new Set<Ask<Answer>>();
  #timer: { cancel(): void } | undefined;

  constructor(
    clock: DirectoryClock,
    windowMs: number,
    send: (asks: readonly Ask<Answer>[]) => void,
  ) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#send = send;
  }

  /** The answer. Rejects with the reason of the question's signal once that aborts. */
  async ask(question: Question): Promise<Answer> {
    const { signal } = question;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const ask: Ask<Answer> = { ...question, settle: (answer) => resolve(answer) };
    const callOff = onAbort(signal, () => {
      this.#remove(ask);
      reject(signal.reason);
    });
    this.#asks.add(ask);
    this.#timer ??= this.#clock.timer(this.#windowMs, () => this.#close());
    try {
      return await promise;
    } finally {
      callOff();
    }
  }

  #remove(ask: Ask<Answer>): void {
    this.#asks.delete(ask);
    if (this.#asks.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #close(): void {
    const asks = [...this.#asks];
    this.#asks = new Set();
    this.#timer = undefined;
    this.#send(asks);
  }
}

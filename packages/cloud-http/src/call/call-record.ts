import type { AnswerKind } from '../answer/answer-dialect.ts';

/** What happened in one attempt, or in one whole call: for metrics and traces. Holds no secret. */
export interface CloudCall {
  /** `attempt`: one request on the wire; `call`: what the caller asked for, with all its attempts. */
  readonly phase: 'attempt' | 'call';
  /** The operation's name, for example `ListListeners`. */
  readonly operation: string;
  readonly method: string;
  /** Host and port of the endpoint. */
  readonly host: string;
  /** HTTP status; absent where no answer came. */
  readonly status?: number;
  /** The cloud's code of a refused call; absent where there is none. */
  readonly apiCode?: string;
  /** What the answer to the last attempt means; absent where none came, or none that can be read. */
  readonly answer?: AnswerKind;
  /** Milliseconds on the wire, signing included, waiting for the budget and between attempts excluded; for a call, of all its attempts together with the pauses between them. */
  readonly durationMs: number;
  /** Number of the attempt, from 1; for a call, of the last. */
  readonly attempt: number;
  /** For an attempt: whether another one follows. For a call: whether there was more than one. */
  readonly retried: boolean;
  /** Milliseconds spent waiting for the account's budget. */
  readonly throttledMs: number;
  /** What went wrong; absent on success. */
  readonly error?: unknown;
}

import type { AnswerKind } from '../answer/answer-dialect.ts';

/** Record of one attempt or one whole call, for metrics and traces. Contains no secrets. */
export interface CloudCall {
  /** `attempt`: one request on the wire; `call`: the operation that the caller requested, with all its attempts. */
  readonly phase: 'attempt' | 'call';
  /** Name of the operation, for example `ListListeners`. */
  readonly operation: string;
  readonly method: string;
  /** Host and port of the endpoint. */
  readonly host: string;
  /** HTTP status. Absent if there was no response. */
  readonly status?: number;
  /** Error code of the cloud. Absent if there is none. */
  readonly apiCode?: string;
  /** Meaning of the last response. Absent if there was no readable response. */
  readonly answer?: AnswerKind;
  /**
   * Duration of an attempt in milliseconds, including signing and excluding waits for the budget. For a call: the
   * duration of all attempts and of the pauses between them.
   */
  readonly durationMs: number;
  /** Number of the attempt, starting from 1. For a call: the number of the last attempt. */
  readonly attempt: number;
  /** For an attempt: whether another one follows. For a call: whether it had more than one attempt. */
  readonly retried: boolean;
  /** Milliseconds spent waiting for the account's budget. */
  readonly throttledMs: number;
  /** The error. Absent on success. */
  readonly error?: unknown;
}

import type { FakeCall } from './fake-call.ts';
import type { Gate } from './gate.ts';

/**
 * How the fake answers a call: gives the result, throws, or waits first. `usual` is what it would
 * have answered without this.
 */
export type FakeAnswer<Result> = (call: FakeCall, usual: () => Result) => Result | Promise<Result>;

/** Answers with a value. */
export function returns<Result>(value: Result): () => Result {
  return () => value;
}

/** Answers with an error. */
export function throws(error: Error): () => never {
  return () => {
    throw error;
  };
}

/** Answers the first call with the first answer, the next with the next, and then as usual. */
export function inTurn<Result>(
  ...answers: readonly FakeAnswer<NoInfer<Result>>[]
): FakeAnswer<Result> {
  let next = 0;
  return (call, usual) => {
    const answer = answers[next++];
    return answer === undefined ? usual() : answer(call, usual);
  };
}

/** Answers when the gate is open, with the given answer or as usual; rejects when the call is aborted. */
export function heldBy<Result>(
  gate: Gate,
  answer?: FakeAnswer<NoInfer<Result>>,
): FakeAnswer<Result> {
  return async (call, usual) => {
    await gate.pass(call.arguments.signal);
    return answer === undefined ? usual() : answer(call, usual);
  };
}

import { causeOf } from './error-facts.ts';

/** The first error in the `cause` chain of `error`, itself included, that is a `type`. Cycles end the search. */
export function findCause<T extends Error>(
  error: unknown,
  type: abstract new (...args: never[]) => T,
): T | undefined {
  const seen = new Set<unknown>();
  for (let at = error; at !== undefined && !seen.has(at); at = causeOf(at)) {
    if (at instanceof type) return at;
    seen.add(at);
  }
  return undefined;
}

// Errors are looked at by shape, not by `instanceof Error`: an error of Node itself comes from another realm
// than ours where code runs in a `vm` context, as under jest.

/** The `code` of an error, e.g. `ECONNREFUSED`; '' where it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : '';
}

/** The `cause` of an error. */
export function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}

/** What an error says, with its code; of an `AggregateError` without a text (all addresses of a name refused) what its errors say. */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const code = codeOf(error);
  const parts = 'errors' in error && Array.isArray(error.errors) ? error.errors.map(messageOf) : [];
  const message = String(error.message) || parts.join('; ');
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

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

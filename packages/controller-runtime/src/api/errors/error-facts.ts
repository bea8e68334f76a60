// Errors are recognized by shape, not by `instanceof Error`: Node's own errors come from another realm if code runs in
// a `vm` context, as under Jest.

/** Returns the `code` of an error, for example `ECONNREFUSED`. Empty if the error has no code. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : '';
}

/** Returns the `cause` of an error. */
export function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}

/**
 * Returns the message of an error with its code. For an `AggregateError` without a message (all addresses of a name
 * refused the connection), returns the messages of its errors.
 */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const code = codeOf(error);
  const parts = 'errors' in error && Array.isArray(error.errors) ? error.errors.map(messageOf) : [];
  const message = String(error.message) || parts.join('; ');
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

/**
 * Returns the first error of class `type` in the cause chain of `error`, including `error` itself. A cycle ends the
 * search.
 */
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

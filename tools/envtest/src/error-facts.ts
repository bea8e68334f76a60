// By shape rather than by `instanceof`: under a test runner an error of Node's own is an instance of
// another realm's Error.

/** The `code` of a system error, for example `ENOENT`. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** What an error says, whatever was thrown. */
export function errorText(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}

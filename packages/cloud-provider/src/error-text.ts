/** What an error says, as it stands in another error's text: Go's `%v` of an error is its message. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

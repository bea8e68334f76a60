import { isNativeError } from 'node:util/types';

/** What an error says, as it stands in another error's text: Go's `%v` of an error is its message. */
export function errorText(error: unknown): string {
  // Not `instanceof Error`: an error of another realm (a vm context, as jest runs in) is one too.
  return isNativeError(error) ? error.message : String(error);
}

/** Minimum length of a value to replace. Shorter values may occur anywhere. */
const minValueLength = 4;

const timestamp = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g;

/**
 * Replaces the given values (request IDs, times, nonces) and all timestamps in a text. Events are counted by their
 * text, so the same failure must have the same text.
 */
export function steadyText(text: string, values: readonly string[]): string {
  return values
    .filter(({ length }) => length >= minValueLength)
    .reduce((rest, value) => rest.replaceAll(value, '…'), text)
    .replaceAll(timestamp, '…');
}

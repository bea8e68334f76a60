/** A shorter value may be part of anything. */
const minValueLength = 4;

const timestamp = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g;

/**
 * The text without what differs each time it is said: these values (request ids, times, nonces) and timestamps. Events
 * are counted by their text, so the same failure needs the same text.
 */
export function steadyText(text: string, values: readonly string[]): string {
  return values
    .filter(({ length }) => length >= minValueLength)
    .reduce((rest, value) => rest.replaceAll(value, '…'), text)
    .replaceAll(timestamp, '…');
}

/** A text, or the line of the first byte that is none. */
export type DecodedText =
  { readonly text: string } | { readonly text: undefined; readonly line: number };

const lineFeed = 0x0a;

/**
 * Decodes the bytes of a text file: UTF-8, or UTF-16 with a byte order mark, as Windows writes it.
 * The mark is left out.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decode(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decode(bytes, 'utf-16be');
  return decode(bytes, 'utf-8');
}

function decode(bytes: Uint8Array, encoding: string): DecodedText {
  const text = decodeAll(bytes, encoding);
  if (text !== undefined) return { text };
  return { text: undefined, line: encoding === 'utf-8' ? badLine(bytes) : 1 };
}

function decodeAll(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // The decoder says no more than that the bytes do not fit.
    return undefined;
  }
}

function badLine(bytes: Uint8Array): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(lineFeed, start);
    const part = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (end < 0 || decodeAll(part, 'utf-8') === undefined) return line;
    start = end + 1;
  }
}

import type { Dispatcher } from 'undici';

/** Error thrown if a body exceeds the size limit. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  readonly code = 'BODY_TOO_LARGE';
  /** The limit in bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(`the body is longer than ${limit} bytes`);
    this.limit = limit;
  }
}

/** Reads a body to its end as UTF-8. @throws BodyTooLargeError if it has more than `limit` bytes */
export async function readBody(
  body: Dispatcher.ResponseData['body'],
  limit: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw new BodyTooLargeError(limit);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

/** A body, parsed without knowledge of its schema. */
export type ParsedBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'other' };

/** Parses a body as JSON. */
export function parseBody(text: string): ParsedBody {
  if (text.trim() === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown };
  } catch {
    return { kind: 'other' };
  }
}

/**
 * Describes a body that is not JSON. `quote` returns the part of the text that may be shown; if it is absent, no text
 * is shown.
 */
export function describeBody(text: string, quote?: (text: string) => string): string {
  const start = text.trimStart();
  const what = /^<(!doctype html|html|head|body)/i.test(start)
    ? 'HTML'
    : /^[[{]/.test(start)
      ? 'broken or truncated JSON'
      : 'text';
  if (quote === undefined) return what;
  const shown = quote(start.slice(0, maxScannedChars)).replaceAll(/\s+/g, ' ').trim();
  return `${what}: ${JSON.stringify(shown.slice(0, maxShownChars))}`;
}

/**
 * Number of characters searched for secrets. Higher than the number shown, because a redacted secret is shorter than
 * the secret.
 */
const maxScannedChars = 1_000_000;
const maxShownChars = 80;

import type { Dispatcher } from 'undici';

/** Thrown where a body is longer than it may be. */
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

/** Reads a body to its end as UTF-8, but never more than `limit` bytes. */
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

/** A body as far as it can be understood without knowing what it should hold. */
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

/** Says what a body that is not JSON looks like. `quote` says what may be shown of it; without it, nothing is. */
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

/** Characters that are looked at to show some: many more, because a secret is replaced by something short. */
const maxScannedChars = 1_000_000;
const maxShownChars = 80;

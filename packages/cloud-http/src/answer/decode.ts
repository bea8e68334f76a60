import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** Most lines that {@link decode} gives. */
const maxIssues = 10;
/** Most characters of a found value that a line quotes. */
const maxQuoted = 80;

/** What may be shown of a text. */
type Quote = (text: string) => string;

/** The value, or one line per wrong field. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly string[] };

/** A whole number that a double holds exactly. */
export const int = new t.Type<number>(
  'int',
  (value): value is number => Number.isSafeInteger(value),
  (value, context) =>
    typeof value === 'number' && Number.isSafeInteger(value)
      ? t.success(value)
      : t.failure(value, context),
  t.identity,
);

/**
 * Reads a value by a codec. Lines of the failure look like `listeners.3.port: expected int, got "80"`: path (from the
 * codec's name), the name of the codec that refused, and the value; at most ten, duplicates left out.
 * `quote` says what may be shown of a found value's JSON, default all; with `false` its type is named instead.
 */
export function decode<T>(
  codec: t.Decoder<unknown, T>,
  value: unknown,
  options: { readonly quote?: Quote | false } = {},
): Decoded<T> {
  const result = codec.decode(value);
  if (!isLeft(result)) return { ok: true, value: result.right };
  const quote = options.quote ?? ((text: string): string => text);
  const lines = new Set(result.left.map((error) => describe(error, quote)));
  const all = [...lines];
  if (all.length <= maxIssues) return { ok: false, issues: all };
  const shown = all.slice(0, maxIssues - 1);
  return { ok: false, issues: [...shown, `and ${all.length - shown.length} more`] };
}

function describe(error: t.ValidationError, quote: Quote | false): string {
  const path = error.context.flatMap((entry, index, context) => {
    if (index === 0) return [entry.type.name];
    // An intersection or union adds a step of its own, whose key is the branch's number and not part of the value.
    const parent = context[index - 1]?.type;
    return parent instanceof t.IntersectionType || parent instanceof t.UnionType ? [] : [entry.key];
  });
  const expected =
    error.message ?? `expected ${error.context.at(-1)?.type.name ?? 'something else'}`;
  return `${path.join('.')}: ${expected}, got ${found(error.value, quote)}`;
}

function found(value: unknown, quote: Quote | false): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (quote === false) return Array.isArray(value) ? 'array' : typeof value;
  // Before it is cut: a secret that is cut is not recognized.
  const text = quote(JSON.stringify(value));
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}

import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** Maximum number of lines that {@link decode} returns. */
const maxIssues = 10;
/** Maximum number of characters that a line quotes of a value. */
const maxQuoted = 80;

/** Returns the part of a text that may be shown. */
type Quote = (text: string) => string;

/** Result of {@link decode}: the value, or one line per invalid field. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly string[] };

/** Codec of an integer that a double represents exactly. */
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
 * Decodes a value. Each line of a failure has the form `listeners.3.port: expected int, got "80"`: the path (starting
 * with the codec's name), the name of the codec that refused the value, and the value. There are at most ten lines,
 * without duplicates. `quote` returns the part of a value's JSON that may be shown; by default, all of it is shown. If
 * `quote` is `false`, the value's type is shown instead.
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
    // Intersections and unions add a step whose key is the branch's number, which is not part of the value.
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
  // Quote before truncating: a truncated secret is not recognized.
  const text = quote(JSON.stringify(value));
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}

import { isLeft } from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, ErrorCode, Node, YAMLError } from 'yaml';

import { ConfigError } from './config-error.ts';
import type { ConfigProblem } from './config-error.ts';
import { isDescribedCodec, showValue } from './described-codec.ts';
import type { DescribedCodec } from './described-codec.ts';

/**
 * Reads a YAML (or JSON) configuration file.
 *
 * @param source what the file is called in error texts
 * @throws ConfigError with every problem, each with its line
 */
export function parseConfigFile<A>(
  text: string,
  { source, codec }: { readonly source: string; readonly codec: DescribedCodec<A> },
): A {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(
      source,
      document.errors.map((error) => syntaxProblem(error, lines)),
    );
  }
  const decoded = codec.decode(plainValue(document, source));
  if (!isLeft(decoded)) return decoded.right;
  throw new ConfigError(
    source,
    decoded.left.map((error) => valueProblem(error, document, lines)),
  );
}

// The library's own texts quote the file, and the file holds secrets.
const syntaxTexts: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias of an anchor that is not set before it',
  BAD_INDENT: 'a line that is not indented like its neighbours',
  DUPLICATE_KEY: 'a key that is set twice',
  MULTIPLE_DOCS: 'a second document',
  MISSING_CHAR: 'a missing character, such as a closing quote or a colon with a space',
  MULTILINE_IMPLICIT_KEY: 'a line without a colon and a space',
  TAB_AS_INDENT: 'a tab as indentation',
};

function syntaxProblem(error: YAMLError, lines: LineCounter): ConfigProblem {
  return {
    line: lines.linePos(error.pos[0]).line || 1,
    path: '',
    found: syntaxTexts[error.code] ?? `bad syntax (${error.code})`,
    allowed: 'YAML',
  };
}

function plainValue(document: Document.Parsed, source: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    const problem = {
      line: 1,
      path: '',
      found: 'aliases that cannot be resolved',
      allowed: 'YAML',
    };
    throw new ConfigError(source, [problem], { cause: error });
  }
}

function valueProblem(
  error: t.ValidationError,
  document: Document.Parsed,
  lines: LineCounter,
): ConfigProblem {
  const path = error.context.map(({ key }) => key).filter((key) => key !== '');
  const decoder = error.context.at(-1)?.type;
  return {
    line: lineOf(path, document, lines),
    path: path.join('.'),
    found: showValue(error.value, isDescribedCodec(decoder) ? decoder : { secret: true }),
    allowed: decoder?.name ?? '',
    ...(error.message === undefined ? {} : { suggestion: error.message }),
  };
}

/** The line of the key at `path`; where it is missing, of the nearest section around it. */
function lineOf(path: readonly string[], document: Document.Parsed, lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const key of path) {
    const next = child(node, key);
    if (next === undefined) break;
    offset = next.offset;
    node = next.value;
  }
  return lines.linePos(offset).line || 1;
}

function child(node: unknown, key: string): { offset: number; value: unknown } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(key)];
    return item?.range ? { offset: item.range[0], value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key,
  );
  return isScalar(pair?.key) && pair.key.range
    ? { offset: pair.key.range[0], value: pair.value }
    : undefined;
}

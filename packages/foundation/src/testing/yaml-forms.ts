import { scalarValue } from '../yaml-scalar.ts';

/** A value as `JSON.parse` gives it. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How a value can be written. */
export type YamlForm = 'json' | 'json with a mark' | 'flow' | 'block' | 'anchored' | 'merged';

/**
 * The same value in the forms that people use. `anchored` and `merged` keep their anchors under the further key
 * `x-anchors` of the root, which must be a section.
 */
export function yamlForms(value: {
  readonly [key: string]: JsonValue;
}): Readonly<Record<YamlForm, string>> {
  return {
    json: JSON.stringify(value, undefined, '\t'),
    'json with a mark': `\uFEFF${JSON.stringify(value)}`,
    flow: `${flow(value)}\n`,
    block: `---\n${block(value, 0)}...\n`,
    anchored: withAnchors(value, (alias) => alias),
    merged: withAnchors(value, (alias, target) =>
      Array.isArray(target) ? alias : `{ <<: ${alias} }`,
    ),
  };
}

function flow(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return scalar(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${scalar(key)}: ${flow(inner)}`)
    .join(', ')}}`;
}

function block(value: JsonValue, depth: number): string {
  const indent = '  '.repeat(depth);
  if (typeof value !== 'object' || value === null) return `${indent}${scalar(value)}\n`;
  const entries: readonly (readonly [string, JsonValue])[] = Array.isArray(value)
    ? value.map((inner: JsonValue) => ['-', inner] as const)
    : Object.entries(value).map(([key, inner]) => [`${scalar(key)}:`, inner] as const);
  if (entries.length === 0) return `${indent}${Array.isArray(value) ? '[]' : '{}'}\n`;
  return entries
    .map(([head, inner]) =>
      isEmpty(inner)
        ? `${indent}${head} ${flow(inner)}\n`
        : `${indent}${head}\n${block(inner, depth + 1)}`,
    )
    .join('');
}

/** True for what fits behind its key. */
function isEmpty(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

/** Writes every list and section once, with an anchor, and refers to it. */
function withAnchors(
  value: JsonValue,
  refer: (alias: string, target: JsonValue) => string,
): string {
  const anchors: string[] = [];
  const written = (inner: JsonValue): string => {
    if (typeof inner !== 'object' || inner === null) return scalar(inner);
    const body = Array.isArray(inner)
      ? `[${inner.map(written).join(', ')}]`
      : `{${Object.entries(inner)
          .map(([key, each]) => `${scalar(key)}: ${written(each)}`)
          .join(', ')}}`;
    anchors.push(`&a${anchors.length} ${body}`);
    return refer(`*a${anchors.length - 1} `, inner);
  };
  written(value);
  return `x-anchors:\n${anchors.map((each) => `- ${each}\n`).join('')}<<: *a${anchors.length - 1}\n`;
}

/** Without quotes if the text means itself then. */
function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const isWord = /^[A-Za-z][\w./-]*$/.test(value);
  return isWord && scalarValue({ text: value, isPlain: true })?.value === value
    ? value
    : JSON.stringify(value);
}

/** A value of a YAML text, with the line on which it stands. */
export type YamlNode = YamlScalar | YamlList | YamlSection;

/** A text, a number, a boolean, or nothing. */
export interface YamlScalar {
  readonly kind: 'scalar';
  /** Counted from 1, as in every node. */
  readonly line: number;
  readonly value: string | number | boolean | null;
}

/** A list of values. */
export interface YamlList {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly YamlNode[];
}

/** Values by key. Merge keys (`<<`) are already merged. */
export interface YamlSection {
  readonly kind: 'section';
  readonly line: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

/** One key of a section. */
export interface YamlEntry {
  /** The line of the key. */
  readonly line: number;
  readonly value: YamlNode;
}

/** The value as `JSON.parse` would give it. */
export function yamlValue(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(yamlValue);
  return Object.fromEntries(
    Array.from(node.entries, ([key, { value }]) => [key, yamlValue(value)]),
  );
}

/** The line of the value at `path`; if it is missing, the line of the nearest section around it. */
export function yamlLine(root: YamlNode | undefined, path: readonly string[]): number {
  let node = root;
  let line = root?.line ?? 1;
  for (const key of path) {
    const child = node === undefined ? undefined : childOf(node, key);
    if (child === undefined) break;
    ({ line, value: node } = child);
  }
  return line;
}

/** The kind of a value, in words that show nothing of it. */
export function yamlKind(node: YamlNode | undefined): string {
  if (node === undefined) return 'nothing';
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'section') return 'a section';
  if (node.value === null) return 'nothing';
  if (node.value === '') return 'an empty text';
  return typeof node.value === 'string' ? 'a text' : `a ${typeof node.value}`;
}

function childOf(node: YamlNode, key: string): YamlEntry | undefined {
  if (node.kind === 'section') return node.entries.get(key);
  const item = node.kind === 'list' ? node.items[Number(key)] : undefined;
  return item && { line: item.line, value: item };
}

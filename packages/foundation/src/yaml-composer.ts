import type { Alias, YAMLMap, YAMLSeq } from 'yaml';
import type { FileProblem } from './file-problem.ts';
import { scalarValue } from './yaml-scalar.ts';
import { yamlKind } from './yaml-node.ts';
import type { YamlEntry, YamlList, YamlNode, YamlScalar, YamlSection } from './yaml-node.ts';

/** The library that splits a text into its parts. */
export type YamlLibrary = typeof import('yaml');

/** As many values may stand in a text after its aliases are followed; a kubeconfig of a thousand clusters has 20,000. */
const maxValues = 200_000;

/** Makes values out of the parts of one document, in the order of the text. */
export class YamlComposer {
  readonly problems: FileProblem[] = [];
  /** The keys that are set twice in one section. */
  readonly repeated: FileProblem[] = [];
  readonly #yaml: YamlLibrary;
  readonly #lineOf: (offset: number) => number;
  /** What is anchored so far; `undefined` while the value is still being made. */
  readonly #anchors = new Map<string, YamlNode | undefined>();
  readonly #sizes = new WeakMap<YamlNode, number>();

  constructor(yaml: YamlLibrary, lineOf: (offset: number) => number) {
    this.#yaml = yaml;
    this.#lineOf = lineOf;
  }

  compose(contents: unknown): YamlNode {
    const root = this.#node(contents, [], 1);
    if (this.#sizeOf(root) > maxValues) {
      this.#complain(root.line, [], 'aliases that unfold to too much', `${maxValues} values`);
    }
    return root;
  }

  #node(node: unknown, path: readonly string[], lineAround: number): YamlNode {
    if (!this.#yaml.isNode(node)) return { kind: 'scalar', line: lineAround, value: null };
    const line = this.#lineOf(node.range?.[0] ?? 0);
    if (this.#yaml.isAlias(node)) return this.#aliased(node, path, line);
    const anchor = node.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const made = this.#unaliased(node, path, line);
    this.#sizes.set(made, 1 + this.#innerSize(made));
    if (anchor !== undefined) this.#anchors.set(anchor, made);
    return made;
  }

  #unaliased(node: unknown, path: readonly string[], line: number): YamlNode {
    if (this.#yaml.isMap(node)) return this.#section(node, path, line);
    if (this.#yaml.isSeq(node)) return this.#list(node, path, line);
    return this.#scalar(node, path, line);
  }

  #aliased({ source }: Alias, path: readonly string[], line: number): YamlNode {
    const target = this.#anchors.get(source);
    if (target !== undefined) return target;
    const found = this.#anchors.has(source)
      ? 'an alias inside of what it stands for'
      : 'an alias of an anchor that is not set before it';
    this.#complain(line, path, found, 'an alias of an anchor before it');
    return { kind: 'scalar', line, value: null };
  }

  #scalar(node: unknown, path: readonly string[], line: number): YamlScalar {
    if (!this.#yaml.isScalar<string>(node)) return { kind: 'scalar', line, value: null };
    const { value: text, tag, type } = node;
    const result = scalarValue({ text, isPlain: type === 'PLAIN', tag });
    if (result !== undefined) return { kind: 'scalar', line, value: result.value };
    const name = tag?.replace('tag:yaml.org,2002:', '!!');
    this.#complain(line, path, `a text that does not fit its tag ${name}`, 'a value of that kind');
    return { kind: 'scalar', line, value: null };
  }

  #list({ items }: YAMLSeq, path: readonly string[], line: number): YamlList {
    return {
      kind: 'list',
      line,
      items: items.map((item, i) => this.#node(item, [...path, `[${i}]`], line)),
    };
  }

  #section(map: YAMLMap, path: readonly string[], line: number): YamlSection {
    const entries = new Map<string, YamlEntry>();
    const written = new Set<string>();
    for (const { key, value } of map.items) {
      const keyLine = this.#yaml.isNode(key) ? this.#lineOf(key.range?.[0] ?? 0) : line;
      if (this.#isMergeKey(key)) {
        const merged = this.#merged(this.#node(value, path, keyLine), path);
        for (const [name, entry] of merged) entries.set(name, entry);
        continue;
      }
      const name = this.#keyText(this.#node(key, path, line), path);
      if (name === undefined) continue;
      if (written.has(name)) {
        this.repeated.push({
          line: keyLine,
          path: joined([...path, name]),
          found: 'a key that is set twice',
          allowed: 'each key once',
        });
      }
      written.add(name);
      // As kubectl: what stands later counts, be it written or merged.
      entries.set(name, { line: keyLine, value: this.#node(value, [...path, name], keyLine) });
    }
    return { kind: 'section', line, entries };
  }

  #isMergeKey(key: unknown): boolean {
    const { isScalar } = this.#yaml;
    if (!isScalar(key) || key.value !== '<<') return false;
    return key.tag === undefined ? key.type === 'PLAIN' : key.tag === 'tag:yaml.org,2002:merge';
  }

  #merged(value: YamlNode, path: readonly string[]): readonly (readonly [string, YamlEntry])[] {
    if (value.kind === 'section') return [...value.entries];
    if (value.kind === 'list') {
      // Of several sections, the first counts.
      return value.items.toReversed().flatMap((item) => {
        if (item.kind === 'section') return [...item.entries];
        return this.#noMerge(item, path);
      });
    }
    return this.#noMerge(value, path);
  }

  #noMerge(value: YamlNode, path: readonly string[]): readonly [] {
    const allowed = 'a section, an alias of one, or a list of them';
    this.#complain(value.line, [...path, '<<'], yamlKind(value), allowed);
    return [];
  }

  #keyText(key: YamlNode, path: readonly string[]): string | undefined {
    if (key.kind === 'scalar' && key.value !== null) return String(key.value);
    this.#complain(key.line, path, `${yamlKind(key)} as a key`, 'a text as a key');
    return undefined;
  }

  #complain(line: number, path: readonly string[], found: string, allowed: string): void {
    this.problems.push({ line, path: joined(path), found, allowed });
  }

  #sizeOf(node: YamlNode): number {
    return this.#sizes.get(node) ?? 1;
  }

  #innerSize(node: YamlNode): number {
    if (node.kind === 'scalar') return 0;
    if (node.kind === 'list') return sum(node.items.map((item) => this.#sizeOf(item)));
    return sum(Array.from(node.entries.values(), ({ value }) => this.#sizeOf(value)));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** `a.b[0].c` */
function joined(path: readonly string[]): string {
  return path.join('.').replaceAll('.[', '[');
}

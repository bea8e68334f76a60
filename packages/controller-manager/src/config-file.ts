import { nearestName } from '@k8s-ccm/foundation';
import { LineCounter, isAlias, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import type { Document, ErrorCode, YAMLError, YAMLMap } from 'yaml';
import { configTree } from './config-tree.ts';
import type { ConfigEntry, ConfigTree } from './config-tree.ts';
import { configAllowed, configText, explainConfigValue } from './config-value.ts';
import type { Flag } from './flag.ts';
import type { FlagSource, WrittenValue } from './flag-source.ts';
import type { FlagProblem } from './parse-flags.ts';

/** What a configuration file says, and whether it could be read at all. */
export interface ConfigFile extends FlagSource {
  /** False where the text is no YAML: nothing is known then of what was meant. */
  readonly isReadable: boolean;
}

/**
 * Reads a CloudControllerManagerConfiguration, as YAML or JSON (contract §7.13). Finds all problems,
 * each with its line, what was found and what is allowed.
 * @param source what the file is called in messages
 */
export function parseConfigFile(text: string, source: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => syntaxProblem(error, { lines, source }));
    return { values: new Map(), problems, isReadable: false };
  }
  const lost = unresolvedAliases(document, { lines, source });
  if (lost.length > 0) return { values: new Map(), problems: lost, isReadable: false };
  const reader = new ConfigReader(document, { lines, source });
  reader.readDocument();
  return { values: reader.values, problems: reader.problems, isReadable: true };
}

interface Place {
  readonly lines: LineCounter;
  readonly source: string;
}

const syntaxTexts: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias of an anchor that is not set before it',
  BAD_INDENT: 'a line that is not indented like its neighbours',
  DUPLICATE_KEY: 'a key that is set twice',
  MULTIPLE_DOCS: 'a second document',
  MISSING_CHAR: 'a missing character, such as a closing quote or a colon with a space',
  MULTILINE_IMPLICIT_KEY: 'a line without a colon and a space',
  TAB_AS_INDENT: 'a tab as indentation',
};

function syntaxProblem({ pos, code }: YAMLError, { lines, source }: Place): FlagProblem {
  const found = syntaxTexts[code] ?? `bad syntax (${code})`;
  return { text: `${source}:${lines.linePos(pos[0]).line || 1}: found ${found}; allowed: YAML` };
}

function unresolvedAliases(document: Document.Parsed, place: Place): readonly FlagProblem[] {
  const problems: FlagProblem[] = [];
  visit(document, {
    Alias: (_key, node) => {
      if (node.resolve(document) !== undefined) return;
      const line = place.lines.linePos(node.range?.[0] ?? 0).line || 1;
      const text = `${place.source}:${line}: found ${syntaxTexts.BAD_ALIAS}; allowed: YAML`;
      problems.push({ text });
    },
  });
  return problems;
}

/** What is wrong with one key. */
interface KeyProblem {
  readonly path: readonly string[];
  readonly node: unknown;
  readonly found: string;
  readonly allowed: string;
  readonly flag?: string | undefined;
  readonly suggestion?: string | undefined;
}

interface KeyAndValue {
  readonly key: unknown;
  readonly value: unknown;
}

class ConfigReader {
  readonly values = new Map<string, WrittenValue>();
  readonly problems: FlagProblem[] = [];
  readonly #document: Document.Parsed;
  readonly #place: Place;

  constructor(document: Document.Parsed, place: Place) {
    this.#document = document;
    this.#place = place;
  }

  readDocument(): void {
    const tree = configTree();
    const root = this.#document.contents;
    const seen = this.#readSection(root, tree, []);
    for (const key of ['apiVersion', 'kind']) {
      const entry = tree.get(key);
      if (seen.has(key) || entry?.kind !== 'fixed') continue;
      this.#complain({ path: [key], node: root, found: 'nothing', allowed: show(entry.value) });
    }
  }

  /** Gives the keys that it has seen. */
  #readSection(node: unknown, tree: ConfigTree, path: readonly string[]): ReadonlySet<string> {
    const section = this.#resolve(node);
    const seen = new Set<string>();
    if (!isMap(section)) {
      if (!isEmpty(section)) {
        const allowed = `a section with ${[...tree.keys()].join(', ')}`;
        this.#complain({ path, node, found: this.#show(node), allowed });
      }
      return seen;
    }
    for (const { key, value } of section.items) {
      const name = isScalar(key) ? String(key.value) : '';
      seen.add(name);
      const entry = tree.get(name);
      const where = [...path, name];
      if (entry === undefined) this.#complainOfKey(key, where, tree);
      else this.#readEntry({ key, value }, entry, where);
    }
    return seen;
  }

  #readEntry({ key, value }: KeyAndValue, entry: ConfigEntry, path: readonly string[]): void {
    if (entry.kind === 'section') {
      this.#readSection(value, entry.entries, path);
      return;
    }
    if (entry.kind === 'flag') this.#readFlag({ key, value }, entry, path);
    else if (this.#plain(value) !== entry.value) {
      const allowed = show(entry.value);
      this.#complain({ path, node: key, found: this.#show(value), allowed });
    }
  }

  #readFlag(
    { key, value }: KeyAndValue,
    { name, flag }: ConfigEntry & { readonly kind: 'flag' },
    path: readonly string[],
  ): void {
    const section = this.#resolve(value);
    if (isEmpty(section)) return;
    const isUnknown = isMap(section) && this.#hasUnknownName(section, flag, path);
    if (isUnknown) return;
    const plain = this.#plain(value);
    const text = configText(flag, plain);
    if (text === undefined) {
      const { found, allowed } = explainConfigValue(flag, plain) ?? {
        found: show(plain),
        allowed: configAllowed(flag),
      };
      this.#complain({ path, node: key, found, allowed, flag: name });
      return;
    }
    this.values.set(name, { text, origin: `${this.#place.source}:${this.#lineOf(key)}` });
  }

  #hasUnknownName(
    { items }: YAMLMap,
    { names, olderNames = [] }: Flag<unknown>,
    path: readonly string[],
  ): boolean {
    if (names === undefined) return false;
    const known = [...names, ...olderNames];
    const unknown = items.filter(({ key }) => !isScalar(key) || !known.includes(String(key.value)));
    for (const { key } of unknown) {
      const name = isScalar(key) ? String(key.value) : '';
      const suggestion = nearestName(name, known);
      const allowed = names.join(', ');
      this.#complain({
        path: [...path, name],
        node: key,
        found: 'an unknown name',
        allowed,
        suggestion,
      });
    }
    return unknown.length > 0;
  }

  #complainOfKey(node: unknown, path: readonly string[], tree: ConfigTree): void {
    const suggestion = nearestName(path.at(-1) ?? '', tree.keys());
    const meant = suggestion === undefined ? undefined : tree.get(suggestion);
    this.#complain({
      path,
      node,
      found: 'an unknown key',
      allowed: [...tree.keys()].join(', '),
      flag: meant?.kind === 'flag' ? meant.name : undefined,
      suggestion,
    });
  }

  #complain({ path, node, found, allowed, flag, suggestion }: KeyProblem): void {
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
    const place = `${this.#place.source}:${this.#lineOf(node)}`;
    const text = `${place}: ${where}found ${found}; allowed: ${allowed}${hint}`;
    this.problems.push(flag === undefined ? { text } : { flag, text });
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #plain(node: unknown): unknown {
    const resolved = this.#resolve(node);
    return isNode(resolved) ? resolved.toJS(this.#document, { maxAliasCount: 100 }) : resolved;
  }

  #show(node: unknown): string {
    return show(this.#plain(node));
  }

  #lineOf(node: unknown): number {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    return this.#place.lines.linePos(offset).line || 1;
  }
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

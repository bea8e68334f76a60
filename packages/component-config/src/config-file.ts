import { fileProblemText, nearestName, readYaml, yamlValue } from '@k8s-ccm/foundation';
import type { YamlEntry, YamlNode, YamlSection } from '@k8s-ccm/foundation';
import { configTree } from './config-tree.ts';
import type { ConfigEntry, ConfigTree } from './config-tree.ts';
import { configAllowed, configText, explainConfigValue } from './config-value.ts';
import type { ConfigurationSchema } from './configuration-schema.ts';
import type { FlagSource, WrittenValue } from './flag-source.ts';
import type { Flag } from './flag.ts';
import type { FlagProblem } from './parse-flags.ts';

/** The contents of a configuration file. */
export interface ConfigFile extends FlagSource {
  /** False if the text is not valid YAML. `values` is empty then. */
  readonly isReadable: boolean;
}

/**
 * Parses the configuration file of a program, YAML or JSON (contract.md#component-configuration). Collects all
 * problems, each with its line, the value found and the values allowed.
 * @param source the name of the file in messages
 */
export async function parseConfigFile(
  schema: ConfigurationSchema,
  input: string | Uint8Array,
  source: string,
): Promise<ConfigFile> {
  const { root, problems } = await readYaml(input);
  if (problems.length > 0) {
    const texts = problems.map((problem) => ({ text: fileProblemText(source, problem) }));
    return { values: new Map(), problems: texts, isReadable: false };
  }
  const reader = new ConfigReader(schema, source);
  reader.readDocument(root);
  return { values: reader.values, problems: reader.problems, isReadable: true };
}

/** A problem with one key. */
interface KeyProblem {
  readonly line: number;
  readonly path: readonly string[];
  readonly found: string;
  readonly allowed: string;
  readonly flag?: string | undefined;
  readonly suggestion?: string | undefined;
}

class ConfigReader {
  readonly values = new Map<string, WrittenValue>();
  readonly problems: FlagProblem[] = [];
  readonly #schema: ConfigurationSchema;
  readonly #source: string;

  constructor(schema: ConfigurationSchema, source: string) {
    this.#schema = schema;
    this.#source = source;
  }

  readDocument(root: YamlNode | undefined): void {
    const tree = configTree(this.#schema);
    const line = root?.line ?? 1;
    const seen =
      root === undefined ? new Set() : this.#readSection({ line, value: root }, tree, []);
    for (const key of ['apiVersion', 'kind']) {
      const entry = tree.get(key);
      if (seen.has(key) || entry?.kind !== 'fixed') continue;
      this.#complain({ path: [key], line, found: 'nothing', allowed: show(entry.value) });
    }
  }

  /** Returns the keys of the section. */
  #readSection(
    { line, value }: YamlEntry,
    tree: ConfigTree,
    path: readonly string[],
  ): ReadonlySet<string> {
    const seen = new Set<string>();
    if (value.kind !== 'section') {
      if (!isEmpty(value)) {
        const allowed = `a section with ${[...tree.keys()].join(', ')}`;
        this.#complain({ path, line, found: show(yamlValue(value)), allowed });
      }
      return seen;
    }
    for (const [name, written] of value.entries) {
      seen.add(name);
      const entry = tree.get(name);
      const where = [...path, name];
      if (entry === undefined) this.#complainOfKey(written.line, where, tree);
      else this.#readEntry(written, entry, where);
    }
    return seen;
  }

  #readEntry(written: YamlEntry, entry: ConfigEntry, path: readonly string[]): void {
    if (entry.kind === 'section') {
      this.#readSection(written, entry.entries, path);
      return;
    }
    const value = yamlValue(written.value);
    if (entry.kind === 'flag') this.#readFlag(written, entry, path);
    else if (value !== entry.value) {
      const allowed = show(entry.value);
      this.#complain({ path, line: written.line, found: show(value), allowed });
    }
  }

  #readFlag(
    { line, value }: YamlEntry,
    { name, flag }: ConfigEntry & { readonly kind: 'flag' },
    path: readonly string[],
  ): void {
    if (isEmpty(value)) return;
    const isUnknown = value.kind === 'section' && this.#hasUnknownName(value, flag, path);
    if (isUnknown) return;
    const written = yamlValue(value);
    const text = configText(flag, written);
    if (text === undefined) {
      const { found, allowed } = explainConfigValue(flag, written) ?? {
        found: show(written),
        allowed: configAllowed(flag),
      };
      this.#complain({ path, line, found, allowed, flag: name });
      return;
    }
    this.values.set(name, { text, origin: `${this.#source}:${line}` });
  }

  #hasUnknownName(
    { entries }: YamlSection,
    { names, olderNames = [] }: Flag<unknown>,
    path: readonly string[],
  ): boolean {
    if (names === undefined) return false;
    const known = [...names, ...olderNames];
    const unknown = [...entries].filter(([name]) => !known.includes(name));
    for (const [name, { line }] of unknown) {
      this.#complain({
        path: [...path, name],
        line,
        found: 'an unknown name',
        allowed: names.join(', '),
        suggestion: nearestName(name, known),
      });
    }
    return unknown.length > 0;
  }

  #complainOfKey(line: number, path: readonly string[], tree: ConfigTree): void {
    const suggestion = nearestName(path.at(-1) ?? '', tree.keys());
    const meant = suggestion === undefined ? undefined : tree.get(suggestion);
    this.#complain({
      path,
      line,
      found: 'an unknown key',
      allowed: [...tree.keys()].join(', '),
      flag: meant?.kind === 'flag' ? meant.name : undefined,
      suggestion,
    });
  }

  #complain({ line, path, found, allowed, flag, suggestion }: KeyProblem): void {
    const text = fileProblemText(this.#source, {
      line,
      path: path.join('.'),
      found,
      allowed,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
    this.problems.push(flag === undefined ? { text } : { flag, text });
  }
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

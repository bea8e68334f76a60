import { dirname, resolve } from 'node:path';
import { decodeBase64, nearestName, yamlKind, yamlValue } from '@k8s-ccm/foundation';
import type { FileProblem, YamlEntry, YamlNode } from '@k8s-ccm/foundation';
import { KubeConfigError } from './kube-config-error.ts';

/** The file that contains a {@link KubeConfigRecord}. */
export interface RecordFile {
  readonly path: string;
  /** Name of the file in errors. */
  readonly source: string;
}

/** Position of a {@link KubeConfigRecord} in its file. */
export interface RecordPlace {
  /** Path in errors. Empty for the root of the file. */
  readonly where: string;
  readonly line: number;
}

/** Problem of a field. */
export type FieldProblem = Pick<FileProblem, 'allowed' | 'suggestion'> & {
  /** Default: the kind of the value, which does not reveal the value. */
  readonly found?: string;
};

/**
 * One section of a kubeconfig file, whose fields are validated as they are read. Errors name the line and the field,
 * and never quote a value.
 */
export class KubeConfigRecord {
  readonly #file: RecordFile;
  readonly #place: RecordPlace;
  readonly #entries: ReadonlyMap<string, YamlEntry>;

  /** @throws KubeConfigError if `node` is not a section; an absent section counts as empty */
  constructor(node: YamlNode | undefined, file: RecordFile, place: RecordPlace) {
    if (node?.kind !== 'section' && yamlKind(node) !== 'nothing') {
      const { where, line } = place;
      const found = yamlKind(node);
      throw new KubeConfigError(file.source, { line, path: where, found, allowed: 'a section' });
    }
    this.#file = file;
    this.#place = place;
    this.#entries = node?.kind === 'section' ? node.entries : new Map();
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Reports whether the field is present and not empty. */
  has(key: string): boolean {
    return yamlKind(this.#node(key)) !== 'nothing';
  }

  /** Returns the field as `JSON.parse` would return it. `undefined` if it is absent. */
  value(key: string): unknown {
    const node = this.#node(key);
    return node && yamlValue(node);
  }

  /** Returns a text. `undefined` if it is absent, null or empty. */
  text(key: string): string | undefined {
    const node = this.#node(key);
    if (yamlKind(node) === 'nothing') return undefined;
    const value = node?.kind === 'scalar' ? node.value : undefined;
    if (typeof value === 'string') return value === '' ? undefined : value;
    const isWord = node?.kind === 'scalar';
    throw this.refuse(key, { allowed: isWord ? 'a text, in quotes' : 'a text' });
  }

  /** Returns a Boolean. False if it is absent. */
  flag(key: string): boolean {
    if (!this.has(key)) return false;
    const value = this.value(key);
    if (typeof value !== 'boolean') {
      throw this.refuse(key, { allowed: 'true or false, without quotes' });
    }
    return value;
  }

  /** Returns the path of a file, resolved against the folder of the kubeconfig. `undefined` if it is absent. */
  path(key: string): string | undefined {
    const path = this.text(key);
    return path === undefined ? undefined : resolve(dirname(this.#file.path), path);
  }

  /** Returns the content of a text in base64. `undefined` if it is absent. */
  base64(key: string): string | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const bytes = decodeBase64(text);
    if (bytes === undefined) {
      throw this.refuse(key, { found: 'a text that is not base64', allowed: 'PEM in base64' });
    }
    return bytes.toString('utf8');
  }

  /** Returns a list of texts. Empty if it is absent. */
  texts(key: string): readonly string[] {
    return this.#items(key).map((item) => {
      if (item.kind === 'scalar' && typeof item.value === 'string') return item.value;
      const found = `${yamlKind(item)} in the list`;
      throw this.#problem(key, item.line, { found, allowed: 'texts, in quotes' });
    });
  }

  /** Returns a section. `undefined` if it is absent. */
  record(key: string): KubeConfigRecord | undefined {
    if (!this.has(key)) return undefined;
    const place = { where: this.#path(key), line: this.line(key) };
    return new KubeConfigRecord(this.#node(key), this.#file, place);
  }

  /** Returns the sections of a list. Empty if it is absent. */
  records(key: string): readonly KubeConfigRecord[] {
    return this.#items(key).map(
      (item, i) =>
        new KubeConfigRecord(item, this.#file, {
          where: this.#path(`${key}[${i}]`),
          line: item.line,
        }),
    );
  }

  /** Returns a section that errors call `where`. Empty if it is absent. */
  entry(key: string, where: string): KubeConfigRecord {
    return new KubeConfigRecord(this.#node(key), this.#file, { where, line: this.line(key) });
  }

  /** Returns a warning for each field that is not among `known`: such fields have no effect. */
  unknownKeys(known: readonly string[]): readonly string[] {
    return this.keys()
      .filter((key) => !known.includes(key))
      .map((key) => {
        const suggestion = nearestName(key, known);
        const hint = suggestion === undefined ? {} : { suggestion };
        const problem = { found: 'an unknown key', allowed: known.join(', '), ...hint };
        return this.refuse(key, problem).message;
      });
  }

  /** Creates an error that names the file, the line and the field, what was found and what is allowed. */
  refuse(key: string, problem: FieldProblem, options?: ErrorOptions): KubeConfigError {
    return this.#problem(key, this.line(key), problem, options);
  }

  /** Creates an error that names the file, the line and the field, with the message `text`. */
  error(key: string, text: string, options?: ErrorOptions): KubeConfigError {
    const place = `${this.#file.source}:${this.line(key)}`;
    return new KubeConfigError(place, `${this.#path(key)}: ${text}`, options);
  }

  /** Returns the line of a field. If the field is absent, returns the line of the section. */
  line(key: string): number {
    return this.#entries.get(key)?.line ?? this.#place.line;
  }

  #problem(
    key: string,
    line: number,
    { found = yamlKind(this.#node(key)), ...problem }: FieldProblem,
    options?: ErrorOptions,
  ): KubeConfigError {
    const whole = { line, path: this.#path(key), found, ...problem };
    return new KubeConfigError(this.#file.source, whole, options);
  }

  #items(key: string): readonly YamlNode[] {
    if (!this.has(key)) return [];
    const node = this.#node(key);
    if (node?.kind !== 'list') throw this.refuse(key, { allowed: 'a list' });
    return node.items;
  }

  #node(key: string): YamlNode | undefined {
    return this.#entries.get(key)?.value;
  }

  #path(key: string): string {
    const { where } = this.#place;
    if (where === '') return key;
    return where.endsWith('"') ? `${where}: ${key}` : `${where}.${key}`;
  }
}

import { KubeConfigError } from './kube-config-error.ts';

/** One object of a kubeconfig file, whose fields are checked as they are read. */
export class KubeConfigRecord {
  readonly #source: string;
  readonly #where: string;
  readonly #fields: ReadonlyMap<string, unknown>;

  /**
   * @param value what the file holds there
   * @param source names the file in errors
   * @param where names this object in errors; '' for the file's root
   * @throws KubeConfigError where it is no object
   */
  constructor(value: unknown, source: string, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new KubeConfigError(
        source,
        where === '' ? 'holds no object' : `${where} is not an object`,
      );
    }
    this.#source = source;
    this.#where = where;
    this.#fields = new Map(Object.entries(value));
  }

  keys(): readonly string[] {
    return [...this.#fields.keys()];
  }

  /** A string; `undefined` where absent, null or empty. */
  text(key: string): string | undefined {
    const value = this.#fields.get(key) ?? '';
    // The value may be a secret, so it is not quoted.
    if (typeof value !== 'string') throw this.error(key, 'must be a string');
    return value === '' ? undefined : value;
  }

  /** True or false; false where absent. */
  flag(key: string): boolean {
    const value = this.#fields.get(key) ?? false;
    if (typeof value !== 'boolean') throw this.error(key, 'must be true or false');
    return value;
  }

  /** A list of strings; empty where absent. */
  texts(key: string): readonly string[] {
    const value = this.#fields.get(key) ?? [];
    if (!Array.isArray(value)) throw this.error(key, 'must be a list');
    return value.map((item: unknown) => {
      if (typeof item !== 'string') throw this.error(key, 'must hold strings only');
      return item;
    });
  }

  /** An object; `undefined` where absent. */
  record(key: string): KubeConfigRecord | undefined {
    const value = this.#fields.get(key) ?? undefined;
    return value === undefined
      ? undefined
      : new KubeConfigRecord(value, this.#source, this.#path(key));
  }

  /** The objects of a list; empty where absent. */
  records(key: string): readonly KubeConfigRecord[] {
    const value = this.#fields.get(key) ?? [];
    if (!Array.isArray(value)) throw this.error(key, 'must be a list');
    return value.map(
      (item: unknown, i) => new KubeConfigRecord(item, this.#source, this.#path(`${key}[${i}]`)),
    );
  }

  /** The cluster, context or user of that name, from the file's list of them. */
  entry(kind: 'cluster' | 'context' | 'user', name: string): KubeConfigRecord {
    const entries = this.records(`${kind}s`);
    const found = entries.find((candidate) => candidate.text('name') === name);
    if (found === undefined) {
      const known = entries.map((candidate) => candidate.text('name') ?? '?').join(', ');
      throw new KubeConfigError(
        this.#source,
        `has no ${kind} "${name}" (it has: ${known || 'none'})`,
      );
    }
    return new KubeConfigRecord(found.#fields.get(kind) ?? {}, this.#source, `${kind} "${name}"`);
  }

  /** An error that names the file and the field. */
  error(key: string, problem: string, options?: ErrorOptions): KubeConfigError {
    return new KubeConfigError(this.#source, `${this.#path(key)} ${problem}`, options);
  }

  #path(key: string): string {
    return this.#where === '' ? key : `${this.#where}: ${key}`;
  }
}

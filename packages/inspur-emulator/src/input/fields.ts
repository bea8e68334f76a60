/** Reads and validates the fields of a JSON object. Every error names the field, the value, and what is allowed. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #where: string;
  readonly #fail: (message: string) => Error;

  /**
   * @param where path of the object for errors: empty for the root, otherwise with a trailing dot, for example
   *   `listeners.3.`
   * @param fail creates the error to throw
   */
  constructor(value: unknown, where: string, fail: (message: string) => Error) {
    if (!isObject(value)) {
      throw fail(
        `${where === '' ? 'body' : where.slice(0, -1)}: expected an object, got ${show(value)}`,
      );
    }
    this.#values = value;
    this.#where = where;
    this.#fail = fail;
  }

  /** The object itself. */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  /** Reports whether a field exists and is not null. */
  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** Returns a string. If there is no fallback, it must exist and not be empty. */
  string(name: string, fallback?: string): string {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'string') throw this.refuse(name, 'a string');
    if (value === '' && fallback === undefined) throw this.refuse(name, 'a non-empty string');
    return value;
  }

  /** Returns one of the allowed strings. */
  choice<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = allowed.find((candidate) => candidate === this.#values[name]);
    if (value === undefined) throw this.refuse(name, allowed.map((one) => `"${one}"`).join(' | '));
    return value;
  }

  /** Returns an integer within inclusive bounds. */
  integer(name: string, min: number, max: number, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw this.refuse(name, bounds('an integer', min, max));
    }
    return value;
  }

  /** Returns a number within inclusive bounds. */
  number(name: string, min: number, max: number, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw this.refuse(name, bounds('a number', min, max));
    }
    return value;
  }

  /** Returns a boolean. */
  boolean(name: string, fallback: boolean): boolean {
    if (!this.has(name)) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'boolean') throw this.refuse(name, 'true | false');
    return value;
  }

  /** Returns an array of strings. */
  strings(name: string, fallback: readonly string[]): readonly string[] {
    if (!this.has(name)) return fallback;
    const value = this.#values[name];
    if (!isStrings(value)) throw this.refuse(name, 'an array of strings');
    return value;
  }

  /** Returns an object whose values are strings. */
  tags(name: string): Readonly<Record<string, string>> {
    if (!this.has(name)) return {};
    const value = this.#values[name];
    if (!isTags(value)) throw this.refuse(name, 'an object of strings');
    return value;
  }

  /** Refuses unknown fields, so that a misspelled field is not ignored. */
  only(names: readonly string[]): void {
    for (const name of Object.keys(this.#values)) {
      if (!names.includes(name))
        throw this.#fail(`${this.#where}${name}: unknown field; allowed: ${names.join(', ')}`);
    }
  }

  /** Creates the error for a field with an invalid value. */
  refuse(name: string, expected: string): Error {
    return this.#fail(
      `${this.#where}${name}: expected ${expected}, got ${show(this.#values[name])}`,
    );
  }
}

/** Reports whether a value is a JSON object, not an array or null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Formats a value for an error: JSON, truncated to 60 characters; `nothing` if it does not exist. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isTags(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string');
}

function bounds(kind: string, min: number, max: number): string {
  return max === Infinity ? `${kind} of at least ${min}` : `${kind} from ${min} to ${max}`;
}

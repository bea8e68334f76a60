/** Reads the fields of one JSON object of unknown origin; every complaint names the field, what was found and what is allowed. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #where: string;
  readonly #fail: (message: string) => Error;

  /**
   * @param where path of the object for the complaints, empty at the top, else with its dot: `listeners.3.`
   * @param fail makes the error that is thrown
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

  /** True where the field is there and not null. */
  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** A string; without a fallback it must be there and not be empty. */
  string(name: string, fallback?: string): string {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'string') throw this.refuse(name, 'a string');
    if (value === '' && fallback === undefined) throw this.refuse(name, 'a non-empty string');
    return value;
  }

  /** One of the given strings. */
  choice<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = allowed.find((candidate) => candidate === this.#values[name]);
    if (value === undefined) throw this.refuse(name, allowed.map((one) => `"${one}"`).join(' | '));
    return value;
  }

  /** A whole number within the bounds, both inclusive. */
  integer(name: string, min: number, max: number, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw this.refuse(name, bounds('an integer', min, max));
    }
    return value;
  }

  /** A number within the bounds, both inclusive. */
  number(name: string, min: number, max: number, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw this.refuse(name, bounds('a number', min, max));
    }
    return value;
  }

  /** True or false. */
  boolean(name: string, fallback: boolean): boolean {
    if (!this.has(name)) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'boolean') throw this.refuse(name, 'true | false');
    return value;
  }

  /** An array of strings. */
  strings(name: string, fallback: readonly string[]): readonly string[] {
    if (!this.has(name)) return fallback;
    const value = this.#values[name];
    if (!isStrings(value)) throw this.refuse(name, 'an array of strings');
    return value;
  }

  /** An object whose values are strings. */
  tags(name: string): Readonly<Record<string, string>> {
    if (!this.has(name)) return {};
    const value = this.#values[name];
    if (!isTags(value)) throw this.refuse(name, 'an object of strings');
    return value;
  }

  /** Refuses fields that are not in the list, so that a misspelt one is not silently without effect. */
  only(names: readonly string[]): void {
    for (const name of Object.keys(this.#values)) {
      if (!names.includes(name))
        throw this.#fail(`${this.#where}${name}: unknown field, known are ${names.join(', ')}`);
    }
  }

  /** The complaint that a field is not what is expected. */
  refuse(name: string, expected: string): Error {
    return this.#fail(
      `${this.#where}${name}: expected ${expected}, got ${show(this.#values[name])}`,
    );
  }
}

/** Whether a value is a JSON object (not an array, not null). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a complaint shows it: JSON, cut at 60 characters, `nothing` where there is none. */
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

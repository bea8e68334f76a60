import { OptionError } from './option-error.ts';
import { isLeft } from 'fp-ts/lib/Either.js';

import { showValue } from './described-codec.ts';
import type { DescribedCodec } from './described-codec.ts';
import { nearestName } from './nearest-name.ts';

/** One annotation that users may set: everything there is to know of it, as data. */
export interface OptionDefinition<A> {
  /** The annotation's key. */
  readonly key: string;
  /** Keys that mean the same and are still read, newest first; `key` wins over them. */
  readonly olderKeys?: readonly string[];
  readonly codec: DescribedCodec<A>;
  /** What holds where the annotation is absent. */
  readonly default: A;
  /** What it does, one or two sentences for the user. */
  readonly doc: string;
  /** The version that first read it. */
  readonly since: string;
}

/** Options by the name that code knows them by. */
export type OptionDefinitions = Readonly<Record<string, OptionDefinition<unknown>>>;

/** What {@link OptionRegistry.parse} gives for each definition. */
export type OptionValues<Definitions extends OptionDefinitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends OptionDefinition<infer A>
    ? A
    : never;
};

/** An annotation that looks like one of ours and is none, or is set to no effect. */
export interface OptionNotice {
  readonly key: string;
  /** For the user: what is wrong, and what was probably meant. */
  readonly message: string;
}

/** All options of one object. */
export interface ParsedOptions<Values> {
  readonly values: Values;
  /** Misspelt and shadowed annotations; work goes on without them. */
  readonly notices: readonly OptionNotice[];
}

/** Gives a definition its type, so that the registry's values have theirs. */
export function defineOption<A>(definition: OptionDefinition<A>): OptionDefinition<A> {
  return definition;
}

/** All annotations that one kind of object may carry, and the only code that reads them. */
export class OptionRegistry<Definitions extends OptionDefinitions> {
  readonly definitions: Definitions;
  /** How the keys of our annotations begin; whatever else begins so is reported. */
  readonly prefixes: readonly string[];
  readonly #known: ReadonlySet<string>;

  constructor({
    definitions,
    prefixes,
  }: {
    readonly definitions: Definitions;
    readonly prefixes: readonly string[];
  }) {
    this.definitions = definitions;
    this.prefixes = prefixes;
    this.#known = new Set(
      Object.values(definitions).flatMap(({ key, olderKeys = [] }) => [key, ...olderKeys]),
    );
  }

  /**
   * Reads all options at once. `defaults` go before the definitions' own.
   *
   * @throws OptionError with every annotation that has a value that is not allowed.
   */
  parse(
    annotations: Readonly<Record<string, string>> | undefined,
    { defaults = {} }: { readonly defaults?: Partial<OptionValues<Definitions>> } = {},
  ): ParsedOptions<OptionValues<Definitions>> {
    const given = new Map(Object.entries(annotations ?? {}));
    const byDefault = new Map<string, unknown>(Object.entries(defaults));
    // Names and values stand in step with `definitions`, which the compiler cannot follow through a loop.
    const values: (readonly unknown[])[] = [];
    const notices = [...this.#nearMisses(given.keys())];
    const problems: { key: string; value: string; allowed: string }[] = [];
    for (const [name, { key, olderKeys = [], codec, default: ownDefault }] of Object.entries(
      this.definitions,
    )) {
      const [first, ...shadowed] = [key, ...olderKeys].filter((candidate) => given.has(candidate));
      if (first === undefined) {
        values.push([name, byDefault.get(name) ?? ownDefault]);
        continue;
      }
      const value = given.get(first);
      const decoded = codec.decode(value);
      if (isLeft(decoded)) {
        problems.push({ key: first, value: value ?? '', allowed: codec.name });
        continue;
      }
      values.push([name, decoded.right]);
      for (const other of shadowed.filter((candidate) => given.get(candidate) !== value)) {
        notices.push({
          key: other,
          message: `annotation "${other}" is ignored, because "${first}" is set too; remove one of them`,
        });
      }
    }
    if (problems.length > 0) throw new OptionError(problems);
    return { values: Object.fromEntries(values), notices };
  }

  *#nearMisses(keys: Iterable<string>): Iterable<OptionNotice> {
    for (const key of keys) {
      if (this.#known.has(key)) continue;
      const ours = this.prefixes.some((prefix) => key.startsWith(prefix));
      // Beyond our prefixes only a slip of the hand counts: the key may well be somebody else's.
      const meant = nearestName(key, this.#known, ours ? {} : { maxDistance: 2 });
      if (!ours && meant === undefined) continue;
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
      yield { key, message: `annotation ${showValue(key)} is not known and is ignored${hint}` };
    }
  }
}

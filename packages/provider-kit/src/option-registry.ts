import { OptionError } from '@k8s-ccm/cloud-provider';
import { nearestName } from '@k8s-ccm/foundation';
import { isLeft } from 'fp-ts/lib/Either.js';

import { showValue } from './described-codec.ts';
import type { DescribedCodec } from './described-codec.ts';

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
  /** The annotation that each value was read from; `undefined` where it is a default. */
  readonly keys: { readonly [Name in keyof Values]: string | undefined };
  /** Misspelt and shadowed annotations; work goes on without them. */
  readonly notices: readonly OptionNotice[];
}

/** One option alone. */
export interface ParsedOption<A> {
  /** The annotation that it was read from; `undefined` where it is the default. */
  readonly key: string | undefined;
  readonly value: A;
}

/** An object's annotations, as Kubernetes gives them. */
export type Annotations = Readonly<Record<string, string>> | undefined;

interface OptionResult {
  readonly key?: string;
  readonly value?: unknown;
  readonly problem?: { readonly key: string; readonly value: string; readonly allowed: string };
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
    annotations: Annotations,
    { defaults = {} }: { readonly defaults?: Partial<OptionValues<Definitions>> } = {},
  ): ParsedOptions<OptionValues<Definitions>> {
    const byDefault = new Map<string, unknown>(Object.entries(defaults));
    const results = Object.entries(this.definitions).map(
      ([name, definition]) => [name, readOption(definition, annotations)] as const,
    );
    const problems = results.flatMap(([, { problem }]) => problem ?? []);
    if (problems.length > 0) throw new OptionError(problems);
    // Names and values stand in step with `definitions`, which the compiler cannot follow.
    const values: (readonly unknown[])[] = results.map(([name, { key, value }]) => [
      name,
      key === undefined ? (byDefault.get(name) ?? value) : value,
    ]);
    const keys: (readonly unknown[])[] = results.map(([name, { key }]) => [name, key]);
    return {
      values: Object.fromEntries(values),
      keys: Object.fromEntries(keys),
      notices: [
        ...this.#nearMisses(Object.keys(annotations ?? {})),
        ...results.flatMap(([, { notices }]) => notices),
      ],
    };
  }

  /**
   * Reads one option alone, for work that must go on whatever stands in the others.
   *
   * @throws OptionError where its value is not allowed.
   */
  parseOne<Name extends keyof Definitions & string>(
    name: Name,
    annotations: Annotations,
  ): ParsedOption<OptionValues<Definitions>[Name]> {
    const definition: OptionDefinition<unknown> | undefined = this.definitions[name];
    if (definition === undefined) throw new Error(`there is no option "${name}"`);
    const { problem, key, value } = readOption(definition, annotations);
    if (problem !== undefined) throw new OptionError([problem]);
    // The definition of this name decodes to its type, which the compiler cannot follow.
    return Object.fromEntries([
      ['key', key],
      ['value', value],
    ] as (readonly unknown[])[]);
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

function readOption(
  { key: newest, olderKeys = [], codec, default: byDefault }: OptionDefinition<unknown>,
  annotations: Annotations,
): OptionResult {
  const given = new Map(Object.entries(annotations ?? {}));
  const [key, ...shadowed] = [newest, ...olderKeys].filter((candidate) => given.has(candidate));
  if (key === undefined) return { value: byDefault, notices: [] };
  const text = given.get(key) ?? '';
  const notices = shadowed
    .filter((other) => given.get(other) !== text)
    .map((other) => ({
      key: other,
      message: `annotation "${other}" is ignored, because "${key}" is set too; remove one of them`,
    }));
  const decoded = codec.decode(text);
  return isLeft(decoded)
    ? { key, notices, problem: { key, value: text, allowed: codec.name } }
    : { key, notices, value: decoded.right };
}

import { nearestName } from '@k8s-ccm/foundation';
import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

import { describedCodec } from './described-codec.ts';
import type { DescribedCodec, JsonSchema } from './described-codec.ts';

/** One key of a section: everything there is to know of it, as data. */
export interface ConfigField<A> {
  readonly codec: DescribedCodec<A>;
  /** What it is for, for the reference page. */
  readonly doc: string;
  readonly presence: 'required' | 'optional' | 'defaulted';
  /** What holds where a `defaulted` key is absent, before decoding. */
  readonly absent?: unknown;
}

/** The keys of a section. */
export type ConfigFields = Readonly<Record<string, ConfigField<unknown>>>;

/** What a section is decoded to: every key is present, an absent optional one as `undefined`. */
export type SectionValue<Fields extends ConfigFields> = {
  readonly [Key in keyof Fields]: Fields[Key] extends ConfigField<infer A> ? A : never;
};

/** A section of a configuration file: a codec that knows its keys. */
export interface ConfigSection<Fields extends ConfigFields> extends DescribedCodec<
  SectionValue<Fields>
> {
  readonly fields: Fields;
  readonly exactlyOneOf: readonly string[];
}

/** A key without which the file is refused. */
export function required<A>(codec: DescribedCodec<A>, doc: string): ConfigField<A> {
  return { codec, doc, presence: 'required' };
}

/** A key that may be left out. */
export function optional<A>(codec: DescribedCodec<A>, doc: string): ConfigField<A | undefined> {
  return { codec, doc, presence: 'optional' };
}

/**
 * A key that may be left out; `absent` is what one would have written, so that its default is
 * decoded like any value. A section whose keys all have defaults takes `{}`.
 */
export function defaulted<A>(
  codec: DescribedCodec<A>,
  absent: unknown,
  doc: string,
): ConfigField<A> {
  return { codec, doc, presence: 'defaulted', absent };
}

/**
 * A section with these keys and no others. Every problem in it is found, not the first only.
 * Of the keys in `exactlyOneOf`, one must be set and no more.
 */
export function configSection<Fields extends ConfigFields>(
  fields: Fields,
  { exactlyOneOf = [] }: { readonly exactlyOneOf?: readonly (keyof Fields & string)[] } = {},
): ConfigSection<Fields> {
  const keys = Object.keys(fields);
  const anySection = describedCodec<ReadonlyMap<string, unknown>>({
    allowed: `a section with the keys ${keys.join(', ')}`,
    schema: {},
    secret: true,
    read: (value) => (isPlainObject(value) ? new Map(Object.entries(value)) : undefined),
  });
  const validate = (value: unknown, context: t.Context): t.Validation<SectionValue<Fields>> => {
    const section = anySection.decode(value);
    if (isLeft(section)) return t.failures([{ value, context: at(context, anySection) }]);
    const given = section.right;
    const errors: t.ValidationError[] = [
      ...unknownKeys(given, keys, context),
      ...choice(given, exactlyOneOf, context),
    ];
    // Keys and values stand in step with `fields`, which the compiler cannot follow through a loop.
    const values: (readonly unknown[])[] = [];
    for (const [key, { codec, presence, absent }] of Object.entries(fields)) {
      const written = given.get(key) ?? absent;
      if (presence === 'optional' && written === undefined) {
        values.push([key, undefined]);
        continue;
      }
      const result = codec.validate(written, [...context, { key, type: codec, actual: written }]);
      if (isLeft(result)) errors.push(...result.left);
      else values.push([key, result.right]);
    }
    return errors.length > 0 ? t.failures(errors) : t.success(Object.fromEntries(values));
  };
  const section: ConfigSection<Fields> = {
    name: anySection.name,
    schema: sectionSchema(fields, exactlyOneOf),
    // Its whole text may hold secrets further down.
    secret: true,
    fields,
    exactlyOneOf,
    validate,
    decode: (value) => validate(value, t.getDefaultContext(section)),
  };
  return section;
}

/** True where a codec is a section. */
export function isConfigSection(
  codec: DescribedCodec<unknown>,
): codec is ConfigSection<ConfigFields> {
  return 'fields' in codec;
}

function unknownKeys(
  given: ReadonlyMap<string, unknown>,
  known: readonly string[],
  context: t.Context,
): t.ValidationError[] {
  return [...given.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => {
      const type = describedCodec<never>({
        allowed: `one of ${known.join(', ')}`,
        schema: {},
        read: () => undefined,
        show: () => 'an unknown key',
      });
      const meant = nearestName(key, known);
      return {
        value: given.get(key),
        context: [...context, { key, type }],
        ...(meant === undefined ? {} : { message: meant }),
      };
    });
}

function choice(
  given: ReadonlyMap<string, unknown>,
  exactlyOneOf: readonly string[],
  context: t.Context,
): t.ValidationError[] {
  if (exactlyOneOf.length === 0) return [];
  const set = exactlyOneOf.filter((key) => (given.get(key) ?? undefined) !== undefined);
  if (set.length === 1) return [];
  const type = describedCodec<never>({
    allowed: `exactly one of ${exactlyOneOf.join(', ')}`,
    schema: {},
    read: () => undefined,
    show: () => (set.length === 0 ? 'none of them' : set.join(' and ')),
  });
  return [{ value: given, context: at(context, type) }];
}

/** The same place, with another codec as the one that refused. */
function at(context: t.Context, type: t.Decoder<unknown, unknown>): t.Context {
  return [...context.slice(0, -1), { key: context.at(-1)?.key ?? '', type }];
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sectionSchema(fields: ConfigFields, exactlyOneOf: readonly string[]): JsonSchema {
  const entries = Object.entries(fields);
  const mandatory = entries.filter(([, { presence }]) => presence === 'required');
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      entries.map(([key, { codec, doc, absent }]) => [
        key,
        {
          ...codec.schema,
          description: doc,
          ...(absent === undefined ? {} : { default: absent }),
        },
      ]),
    ),
    ...(mandatory.length === 0 ? {} : { required: mandatory.map(([key]) => key) }),
    ...(exactlyOneOf.length === 0
      ? {}
      : { oneOf: exactlyOneOf.map((key) => ({ required: [key] })) }),
  };
}

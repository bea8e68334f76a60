import * as t from 'io-ts';

/** A JSON schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * An io-ts decoder that can be explained: its `name` is what is allowed, in words for the person
 * who wrote the value, and its `schema` says the same to a program.
 */
export interface DescribedCodec<A> extends t.Decoder<unknown, A> {
  readonly schema: JsonSchema;
  /** True where the value is a secret: no error text, log or page ever shows it. */
  readonly secret?: boolean;
  /** How a refused value is shown; by default as JSON, cut to a line. Never called for a secret. */
  readonly show?: (value: unknown) => string;
}

/** What a codec gives. */
export type DecodedBy<Codec> = Codec extends DescribedCodec<infer A> ? A : never;

/** Makes a codec out of a function that gives `undefined` for what is not allowed. */
export function describedCodec<A>({
  allowed,
  schema,
  read,
  secret = false,
  show,
}: {
  readonly allowed: string;
  readonly schema: JsonSchema;
  readonly read: (value: unknown) => A | undefined;
  readonly secret?: boolean;
  readonly show?: (value: unknown) => string;
}): DescribedCodec<A> {
  const validate = (value: unknown, context: t.Context): t.Validation<A> => {
    const result = read(value);
    return result === undefined ? t.failure(value, context) : t.success(result);
  };
  const codec: DescribedCodec<A> = {
    name: allowed,
    schema,
    secret,
    ...(show === undefined ? {} : { show }),
    validate,
    decode: (value) => validate(value, t.getDefaultContext(codec)),
  };
  return codec;
}

/** How a refused value is shown to the person who wrote it. */
export function showValue(
  value: unknown,
  codec?: Pick<DescribedCodec<unknown>, 'secret' | 'show'>,
): string {
  if (codec?.secret === true) return kindOf(value);
  if (codec?.show !== undefined) return codec.show(value);
  if (typeof value === 'object' || value === undefined) return kindOf(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The kind of a value, in words that show nothing of it. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a section';
  return `a ${typeof value}`;
}

/** True where a decoder found in an io-ts context is one of ours. */
export function isDescribedCodec(
  decoder: t.Decoder<unknown, unknown> | undefined,
): decoder is DescribedCodec<unknown> {
  return decoder !== undefined && 'schema' in decoder;
}

import * as t from 'io-ts';

/** Codec of a required text: missing and empty values are refused. */
export const filledText = new t.Type<string, unknown>(
  'non-empty text',
  t.string.is,
  (value, context) =>
    typeof value === 'string' && value !== '' ? t.success(value) : t.failure(value, context),
  t.identity,
);

/** Codec of an optional text: a missing value decodes to the empty string. */
export const optionalText = new t.Type<string, unknown>(
  'text',
  t.string.is,
  (value, context) =>
    value === undefined || value === null
      ? t.success('')
      : typeof value === 'string'
        ? t.success(value)
        : t.failure(value, context),
  t.identity,
);

import * as t from 'io-ts';

/** Text that must be there: a field without which an entry is nothing. */
export const filledText = new t.Type<string, unknown>(
  'text that is not empty',
  t.string.is,
  (value, context) =>
    typeof value === 'string' && value !== '' ? t.success(value) : t.failure(value, context),
  t.identity,
);

/** Text that may be missing, which is then empty. */
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

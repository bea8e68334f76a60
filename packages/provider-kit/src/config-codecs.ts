import { formatGoDuration, parseGoDuration } from '@k8s-ccm/cloud-provider';
import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

import { describedCodec, showValue } from './described-codec.ts';
import type { DescribedCodec } from './described-codec.ts';

/** Text that is not empty. A number or a switch without quotes is refused, not converted. */
export const configText: DescribedCodec<string> = describedCodec({
  allowed: 'text',
  schema: { type: 'string', minLength: 1 },
  read: (value) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined),
});

/** One of a few words. */
export function configWord<const Word extends string>(
  words: readonly Word[],
): DescribedCodec<Word> {
  return describedCodec({
    allowed: words.join(' | '),
    schema: { type: 'string', enum: words },
    read: (value) => words.find((word) => word === value),
  });
}

/** A whole number from `min` to `max`, both included. */
export function configInteger({
  min,
  max,
}: {
  readonly min: number;
  readonly max: number;
}): DescribedCodec<number> {
  return describedCodec({
    allowed: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? value
        : undefined,
  });
}

/** A number above 0, up to `max`. */
export function configPositiveNumber({ max }: { readonly max: number }): DescribedCodec<number> {
  return describedCodec({
    allowed: `a number above 0, at most ${max}`,
    schema: { type: 'number', exclusiveMinimum: 0, maximum: max },
    read: (value) => (typeof value === 'number' && value > 0 && value <= max ? value : undefined),
  });
}

/** A duration as Go writes it, in milliseconds, from `minMs` to `maxMs`, both included. */
export function configDuration({
  minMs,
  maxMs,
}: {
  readonly minMs: number;
  readonly maxMs: number;
}): DescribedCodec<number> {
  return describedCodec({
    allowed: `a duration from ${formatGoDuration(minMs)} to ${formatGoDuration(maxMs)}, like 20s, 1m30s or 500ms`,
    schema: { type: 'string', pattern: '^(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|ms|s|m|h).*$' },
    read: (value) => {
      const duration = typeof value === 'string' ? parseGoDuration(value.trim()) : undefined;
      return duration !== undefined && duration >= minMs && duration <= maxMs
        ? duration
        : undefined;
    },
  });
}

/** An `http:` or `https:` URL with or without a path, without query, fragment or credentials. */
export const configUrl: DescribedCodec<string> = describedCodec({
  allowed: 'an http or https URL without query, fragment or user name',
  schema: { type: 'string', format: 'uri', pattern: '^https?://[^?#@]+$' },
  read: (value) => {
    if (typeof value !== 'string') return undefined;
    const text = value.trim();
    const plain = /^https?:\/\/[^?#@\s\\]+$/i.test(text) && URL.canParse(text);
    return plain ? text : undefined;
  },
  // A query or a user name may be a secret.
  show: (value) =>
    typeof value === 'string' && /[?#@]/.test(value)
      ? 'a URL with a query, a fragment or a user name'
      : showValue(value),
});

/** A list of items. */
export function configList<A>(item: DescribedCodec<A>): DescribedCodec<readonly A[]> {
  const anyList = describedCodec<readonly unknown[]>({
    allowed: `a list of: ${item.name}`,
    schema: { type: 'array', items: item.schema },
    read: (value) => (Array.isArray(value) ? value : undefined),
  });
  const list: DescribedCodec<readonly A[]> = {
    ...anyList,
    validate: (value, context) => {
      const entries = anyList.validate(value, context);
      if (isLeft(entries)) return entries;
      const results = entries.right.map((entry, index) =>
        item.validate(entry, [...context, { key: String(index), type: item, actual: entry }]),
      );
      const errors = results.flatMap((result) => (isLeft(result) ? result.left : []));
      if (errors.length > 0) return t.failures(errors);
      return t.success(results.flatMap((result) => (isLeft(result) ? [] : [result.right])));
    },
    decode: (value) => list.validate(value, t.getDefaultContext(list)),
  };
  return list;
}

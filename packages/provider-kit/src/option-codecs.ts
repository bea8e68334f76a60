import { describedCodec } from './described-codec.ts';
import type { DescribedCodec } from './described-codec.ts';

/** An annotation that is one of a few words; `words` maps each to its meaning, aliases included. */
export function optionWord<A>(words: Readonly<Record<string, A>>): DescribedCodec<A> {
  const byWord = new Map(Object.entries(words));
  return describedCodec({
    allowed: [...byWord.keys()].map((word) => `"${word}"`).join(', '),
    schema: { type: 'string', enum: [...byWord.keys()] },
    read: (value) => (typeof value === 'string' ? byWord.get(value.trim()) : undefined),
  });
}

/** An annotation that is a whole number in decimal digits, `min` to `max`, both included. */
export function optionInteger({
  min,
  max,
}: {
  readonly min: number;
  readonly max: number;
}): DescribedCodec<number> {
  return describedCodec({
    allowed: `a whole number from ${min} to ${max}`,
    schema: { type: 'string', pattern: '^[0-9]+$' },
    read: (value) => {
      if (typeof value !== 'string' || !/^\d{1,15}$/.test(value.trim())) return undefined;
      const number = Number(value.trim());
      return number >= min && number <= max ? number : undefined;
    },
  });
}

/** An annotation that switches something: `true`, `1`, `false` or `0`, in any letter case. */
export const optionSwitch: DescribedCodec<boolean> = describedCodec({
  allowed: '"true", "1", "false", "0"',
  schema: { type: 'string', pattern: '^(?:[Tt][Rr][Uu][Ee]|1|[Ff][Aa][Ll][Ss][Ee]|0)$' },
  read: (value) => {
    if (typeof value !== 'string') return undefined;
    const word = value.trim().toLowerCase();
    if (word === 'true' || word === '1') return true;
    if (word === 'false' || word === '0') return false;
    return undefined;
  },
});

/** An annotation of free text, trimmed, that matches `pattern` (anchored by the caller). */
export function optionText({
  pattern,
  allowed,
}: {
  readonly pattern: RegExp;
  readonly allowed: string;
}): DescribedCodec<string> {
  return describedCodec({
    allowed,
    schema: { type: 'string', pattern: pattern.source },
    read: (value) =>
      typeof value === 'string' && pattern.test(value.trim()) ? value.trim() : undefined,
  });
}

import type { Flag } from './flag.ts';

/** Returns the value of a flag as it is written in a configuration file. */
export function configValue(flag: Flag<unknown>, value: unknown): unknown {
  if (flag.kind === 'duration') return flag.format(value);
  if (flag.kind !== 'list') return value;
  const text = flag.format(value);
  return text === '' ? [] : text.split(separatorOf(flag));
}

/**
 * Returns the text of a value of a configuration file as on the command line, or `undefined` if the flag does
 * not allow the value.
 */
export function configText(flag: Flag<unknown>, value: unknown): string | undefined {
  const text = rawText(flag, value);
  return text === undefined || flag.parse(text) === undefined ? undefined : text;
}

/** Names the invalid part of a value of a configuration file, if the flag can tell. */
export function explainConfigValue(
  flag: Flag<unknown>,
  value: unknown,
): { readonly found: string; readonly allowed: string } | undefined {
  const text = rawText(flag, value);
  return text === undefined ? undefined : flag.explain?.(text);
}

/** Describes the values that a configuration file may have for a flag, for messages. */
export function configAllowed(flag: Flag<unknown>): string {
  if (flag.kind === 'map') return `true or false by the names ${(flag.names ?? []).join(', ')}`;
  if (flag.kind !== 'list') return flag.allowed;
  return separatorOf(flag) === ',' ? 'a list of words' : `a list, each ${flag.allowed}`;
}

const scalarTypes = {
  string: 'string',
  duration: 'string',
  bool: 'boolean',
  int: 'number',
  float: 'number',
} as const;

function rawText(flag: Flag<unknown>, value: unknown): string | undefined {
  if (flag.kind === 'list') return listText(value, separatorOf(flag));
  if (flag.kind === 'map') return mapText(value, separatorOf(flag));
  return typeof value === scalarTypes[flag.kind] ? String(value) : undefined;
}

function listText(value: unknown, separator: string): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const words: readonly unknown[] = value;
  return words.every((word) => typeof word === 'string' && word !== '' && !word.includes(separator))
    ? words.join(separator)
    : undefined;
}

function mapText(value: unknown, separator: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  if (!entries.every(([, word]) => typeof word === 'boolean')) return undefined;
  return entries.map(([name, word]) => `${name}=${String(word)}`).join(separator);
}

function separatorOf({ separator = ',' }: Flag<unknown>): string {
  return separator;
}

import type { Flag } from './flag.ts';

/** A flag's value as a configuration file has it. */
export function configValue(flag: Flag<unknown>, value: unknown): unknown {
  if (flag.kind === 'duration') return flag.format(value);
  if (flag.kind !== 'list') return value;
  const text = flag.format(value);
  return text === '' ? [] : text.split(separatorOf(flag));
}

/** The text of a value of a configuration file, as the flag takes it; `undefined` where it does not. */
export function configText(flag: Flag<unknown>, value: unknown): string | undefined {
  const text = rawText(flag, value);
  return text === undefined || flag.parse(text) === undefined ? undefined : text;
}

/** The part of a value of a configuration file that the flag does not allow, if that says more than the whole. */
export function explainConfigValue(
  flag: Flag<unknown>,
  value: unknown,
): { readonly found: string; readonly allowed: string } | undefined {
  const text = rawText(flag, value);
  return text === undefined ? undefined : flag.explain?.(text);
}

/** What a configuration file may say of the flag, for messages. */
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

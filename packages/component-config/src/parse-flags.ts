import { nearestName } from '@k8s-ccm/foundation';
import type { Flag, FlagTable, FlagValues } from './flag.ts';

/** A problem with the value of a flag. */
export interface FlagProblem {
  /** The flag concerned, if known. Its value must not be validated further. */
  readonly flag?: string;
  /** One line that names the flag, the value found and the values allowed. */
  readonly text: string;
}

/** The result of {@link parseFlags}. */
export interface ParsedFlags<Table extends FlagTable> {
  /** The values of all flags. Flags that are not set or invalid have their defaults. */
  readonly values: FlagValues<Table>;
  /** The texts of the flags that are set. */
  readonly given: ReadonlyMap<string, string>;
  readonly problems: readonly FlagProblem[];
}

/** The command line of a program. */
export interface CommandLine {
  readonly program: string;
  readonly argv: readonly string[];
}

/**
 * Parses a command line as upstream's programs do (contract.md#flags): `--flag=value` or `--flag value`, `_` for
 * `-`, `-v=4`, `-v 4`, `-v4`, `-hv4`. A Boolean flag without a value is true, and the values of a list that is
 * set twice are concatenated. Collects all problems, not only the first.
 */
export function parseFlags<Table extends FlagTable>(
  table: Table,
  { program, argv }: CommandLine,
): ParsedFlags<Table> {
  const given = new Map<string, string>();
  const problems: FlagProblem[] = [];
  const words = [...argv];
  const rest: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      rest.push(...words.splice(0));
      break;
    }
    const written = split(word);
    if (written === undefined) {
      rest.push(word);
      continue;
    }
    const found = findFlag(table, written.name);
    const settings =
      found === undefined ? readShorthands(table, word) : [{ ...found, ...valueOf(written) }];
    if (settings === undefined) problems.push(unknownFlag(table, written));
    for (const { name, flag, value } of settings ?? []) {
      const text = value ?? flag.implied ?? words.shift();
      if (text === undefined || flag.parse(text) === undefined) {
        problems.push(badValue(name, flag, { text, as: `--${name}` }));
      } else {
        given.set(name, joined(flag, given.get(name), text));
      }
    }
  }
  if (rest.length > 0) {
    problems.push({
      text: `"${program}" does not take any arguments, got ${JSON.stringify(rest)}`,
    });
  }
  return { values: flagValues(table, given), given, problems };
}

/** Returns the values of all flags from their texts. Flags without a valid text have their defaults. */
export function flagValues<Table extends FlagTable>(
  table: Table,
  texts: ReadonlyMap<string, string>,
): FlagValues<Table> {
  const entries = Object.entries(table).map(([name, flag]) => {
    const text = texts.get(name);
    return [name, (text === undefined ? undefined : flag.parse(text)) ?? flag.default] as const;
  });
  const record: Record<string, unknown> = Object.fromEntries(entries);
  if (!isComplete(table, record)) throw new Error('a flag has no value');
  return record;
}

/** Returns the problem with a value that the flag does not allow. */
export function badValue(
  flag: string,
  definition: Flag<unknown>,
  { text, as }: { readonly text: string | undefined; readonly as: string },
): FlagProblem {
  const { allowed } = definition;
  if (text === undefined) return { flag, text: `${as} needs a value: allowed is ${allowed}` };
  const part = definition.explain?.(text);
  if (part !== undefined) {
    return { flag, text: `${as} cannot have ${part.found}: allowed is ${part.allowed}` };
  }
  const hint = meantNames(text, definition);
  return { flag, text: `${as} cannot be ${JSON.stringify(text)}: allowed is ${allowed}${hint}` };
}

/** For a map: suggests names for unknown ones. */
function meantNames(text: string, { names = [], olderNames = [] }: Flag<unknown>): string {
  const known = [...names, ...olderNames];
  const written = text.split(',').map((word) => word.replace(/=.*/s, '').trim());
  const meant = written.flatMap((name) =>
    known.includes(name) ? [] : (nearestName(name, known) ?? []),
  );
  return meant.length === 0 ? '' : `; did you mean ${meant.join(', ')}?`;
}

/** Each value comes from the `parse` or the default of its flag, so a value that exists has the right type. */
function isComplete<Table extends FlagTable>(
  table: Table,
  record: Readonly<Record<string, unknown>>,
): record is FlagValues<Table> {
  return Object.keys(table).every((name) => name in record);
}

interface WrittenFlag {
  /** With leading dashes. */
  readonly written: string;
  readonly name: string;
  readonly value?: string;
}

function split(word: string): WrittenFlag | undefined {
  const parts = /^(?<written>--?(?<name>[^=-][^=]*))(?:=(?<value>.*))?$/s.exec(word)?.groups;
  if (parts === undefined) return undefined;
  const { written = '', name = '', value } = parts;
  return { written, name: name.replaceAll('_', '-'), ...(value === undefined ? {} : { value }) };
}

function findFlag(
  table: FlagTable,
  name: string,
): { name: string; flag: Flag<unknown> } | undefined {
  for (const [candidate, flag] of Object.entries(table)) {
    if (candidate === name || flag.short === name) return { name: candidate, flag };
  }
  return undefined;
}

function valueOf({ value }: WrittenFlag): Pick<WrittenFlag, 'value'> {
  return value === undefined ? {} : { value };
}

interface Setting {
  readonly name: string;
  readonly flag: Flag<unknown>;
  readonly value?: string;
}

/**
 * Parses shorthand flags after a single dash, as in `-v4` and `-hv=4`. A letter whose flag requires a value
 * takes the rest of the word, or the next word. Returns `undefined` if a letter is unknown or its value is
 * invalid, because the word is then more likely a misspelled flag.
 */
function readShorthands(table: FlagTable, word: string): readonly Setting[] | undefined {
  if (word.startsWith('--')) return undefined;
  const settings: Setting[] = [];
  for (let rest = word.slice(1); rest !== '';) {
    const letter = rest.charAt(0);
    const found = findFlag(table, letter);
    if (found?.flag.short !== letter) return undefined;
    rest = rest.slice(1);
    if (rest === '' || (found.flag.implied !== undefined && !rest.startsWith('='))) {
      settings.push(found);
      continue;
    }
    const value = rest.replace(/^=/, '');
    if (found.flag.parse(value) === undefined) return undefined;
    settings.push({ ...found, value });
    rest = '';
  }
  return settings;
}

function unknownFlag(table: FlagTable, { written, name }: WrittenFlag): FlagProblem {
  const meant = nearestName(name, Object.keys(table));
  if (meant === undefined) return { text: `unknown flag ${written}` };
  return { flag: meant, text: `unknown flag ${written}, did you mean --${meant}?` };
}

/** Joins the text of a flag with the text of an earlier occurrence. */
function joined({ separator }: Flag<unknown>, before: string | undefined, text: string): string {
  if (separator === undefined || before === undefined || before === '') return text;
  return text === '' ? before : `${before}${separator}${text}`;
}

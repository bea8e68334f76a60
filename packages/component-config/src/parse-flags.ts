import { nearestName } from '@k8s-ccm/foundation';
import type { Flag, FlagTable, FlagValues } from './flag.ts';

/** Something that is wrong with the command line. */
export interface FlagProblem {
  /** The flag that is meant, as far as that is known: what depends on its value cannot be judged. */
  readonly flag?: string;
  /** One line that names the flag, what was found and what is allowed. */
  readonly text: string;
}

/** What a command line says. */
export interface ParsedFlags<Table extends FlagTable> {
  /** The values, with defaults for what is not given or wrong. */
  readonly values: FlagValues<Table>;
  /** The flags that were given, with their texts. */
  readonly given: ReadonlyMap<string, string>;
  readonly problems: readonly FlagProblem[];
}

/** The program, for messages, and the words after its name. */
export interface CommandLine {
  readonly program: string;
  readonly argv: readonly string[];
}

/**
 * Reads a command line as upstream's programs do (contract.md#flags): `--flag=value` or `--flag value`,
 * `_` for `-`, `-v=4`, `-v 4`, `-v4`, `-hv4`, a bool without a value is true, a list that is given twice
 * takes both. Finds all problems, not only the first one.
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

/** The values of texts that their flags allow, with defaults for the rest. */
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

/** What is said of a value that the flag does not allow. */
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

/** For a map: the names that were probably meant. */
function meantNames(text: string, { names = [], olderNames = [] }: Flag<unknown>): string {
  const known = [...names, ...olderNames];
  const written = text.split(',').map((word) => word.replace(/=.*/s, '').trim());
  const meant = written.flatMap((name) =>
    known.includes(name) ? [] : (nearestName(name, known) ?? []),
  );
  return meant.length === 0 ? '' : `; did you mean ${meant.join(', ')}?`;
}

/** Every flag's own `parse` or default made its value, so having one is having the right one. */
function isComplete<Table extends FlagTable>(
  table: Table,
  record: Readonly<Record<string, unknown>>,
): record is FlagValues<Table> {
  return Object.keys(table).every((name) => name in record);
}

interface WrittenFlag {
  /** With its dashes. */
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
 * Reads one-letter flags behind one dash, as in `-v4` and `-hv=4`: a letter whose flag needs a value takes the
 * rest of the word, or the next word. Returns `undefined` if a letter is not known or its value is not allowed,
 * because the word is then more likely a misspelled flag.
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

/** A text that follows another one of the same flag. */
function joined({ separator }: Flag<unknown>, before: string | undefined, text: string): string {
  if (separator === undefined || before === undefined || before === '') return text;
  return text === '' ? before : `${before}${separator}${text}`;
}

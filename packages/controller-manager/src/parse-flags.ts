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
 * Reads a command line as upstream's programs do (contract §7.1): `--flag=value` or `--flag value`,
 * `_` for `-`, `-v=4`, a bool without a value is true, a list that is given twice takes both.
 * Finds all problems, not only the first one.
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
    if (found === undefined) {
      problems.push(unknownFlag(table, written));
      continue;
    }
    const { name, flag } = found;
    const text = written.value ?? flag.implied ?? words.shift();
    if (text === undefined || flag.parse(text) === undefined) {
      problems.push(badValue(name, flag, { text, as: `--${name}` }));
      continue;
    }
    given.set(name, joined(flag, given.get(name), text));
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
  { allowed, names }: Flag<unknown>,
  { text, as }: { readonly text: string | undefined; readonly as: string },
): FlagProblem {
  const found = text === undefined ? 'needs a value' : `cannot be ${JSON.stringify(text)}`;
  const hint = text === undefined || names === undefined ? '' : meantNames(text, names);
  return { flag, text: `${as} ${found}: allowed is ${allowed}${hint}` };
}

/** For a map: the names that were probably meant. */
function meantNames(text: string, names: readonly string[]): string {
  const written = text.split(',').map((word) => word.replace(/=.*/s, '').trim());
  const meant = written.flatMap((name) =>
    names.includes(name) ? [] : (nearestName(name, names) ?? []),
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

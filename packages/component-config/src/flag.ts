import { formatGoDuration, parseGoBool, parseGoDuration } from '@k8s-ccm/foundation';

/** What is said of every flag. */
export interface FlagFacts<Value> {
  readonly default: Value;
  /** The heading of `--help` under which the flag stands. */
  readonly section: string;
  /** One or two sentences for `--help`. */
  readonly doc: string;
  /** A letter for the short form, such as `-v`. */
  readonly short?: string;
  /** Why the flag changes nothing here; it is accepted for the sake of those who bring it along. */
  readonly noEffect?: string;
}

/** One flag, as data: reading the command line, checking and help are made from it. */
export interface Flag<Value> extends FlagFacts<Value> {
  readonly kind: 'string' | 'bool' | 'int' | 'float' | 'duration' | 'list' | 'map';
  /** What a value must be, for messages. */
  readonly allowed: string;
  /** The text that the flag has where it is given without a value. Absent where it needs one. */
  readonly implied?: string;
  /** Joins the texts of a flag that is given more than once. Absent where the last one decides. */
  readonly separator?: string;
  /** The names that a map may have, for messages. */
  readonly names?: readonly string[];
  /** Further names that a map may have, and that messages do not list. */
  readonly olderNames?: readonly string[];
  /** Returns `undefined` if the text is not an allowed value. */
  parse(text: string): Value | undefined;
  /** Names the part of a text that is not allowed, if that says more than the whole. */
  explain?(text: string): { readonly found: string; readonly allowed: string } | undefined;
  format(value: Value): string;
}

/** Flags by their names, without the dashes in front. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** The values of a table's flags; durations are milliseconds. */
export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never;
};

/** The sections of a table's flags, in the order of their first flags. */
export function sectionsOf(table: FlagTable): readonly string[] {
  return [...new Set(Object.values(table).map(({ section }) => section))];
}

/** Limits of a number, both allowed themselves. */
export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
}

/** A flag that takes any text. */
export function stringFlag(facts: FlagFacts<string>): Flag<string> {
  return {
    ...facts,
    kind: 'string',
    allowed: 'text',
    parse: (text) => text,
    format: (value) => value,
  };
}

/** A flag that takes one of a few words. */
export function choiceFlag<const Word extends string>(
  facts: FlagFacts<Word> & { readonly words: readonly Word[] },
): Flag<Word> {
  const { words, ...rest } = facts;
  return {
    ...rest,
    kind: 'string',
    allowed: words.map((word) => `"${word}"`).join(' or '),
    parse: (text) => words.find((word) => word === text),
    format: (value) => value,
  };
}

/** A flag that needs no value to be true; with one, as Go reads it. */
export function boolFlag(facts: FlagFacts<boolean>): Flag<boolean> {
  return {
    ...facts,
    kind: 'bool',
    allowed: 'true or false',
    implied: 'true',
    parse: parseGoBool,
    format: String,
  };
}

/** A flag that takes a whole number. */
export function intFlag(facts: FlagFacts<number> & NumberLimits): Flag<number> {
  const { min, max, ...rest } = facts;
  return {
    ...rest,
    kind: 'int',
    allowed: `a whole number${limitsText(min, max)}`,
    parse: (text) => (/^[-+]?\d+$/.test(text) ? within(Number(text), min, max) : undefined),
    format: String,
  };
}

/** A flag that takes a number. */
export function floatFlag(facts: FlagFacts<number> & NumberLimits): Flag<number> {
  const { min, max, ...rest } = facts;
  return {
    ...rest,
    kind: 'float',
    allowed: `a number${limitsText(min, max)}`,
    parse: (text) => (text.trim() === '' ? undefined : within(Number(text), min, max)),
    format: String,
  };
}

/** The durations that a flag takes: above zero, also zero, or also below zero. */
type DurationRange = 'positive' | 'or-zero' | 'any';

const rangeTexts: Readonly<Record<DurationRange, string>> = {
  positive: ' above zero',
  'or-zero': ' not below zero',
  any: '',
};

/** A flag that takes a duration as Go writes it. Its value is in milliseconds. */
export function durationFlag(
  facts: FlagFacts<number> & {
    /** Default: `positive`. */
    readonly range?: DurationRange;
  },
): Flag<number> {
  const { range = 'positive', ...rest } = facts;
  return {
    ...rest,
    kind: 'duration',
    allowed: `a duration${rangeTexts[range]}, such as 15s or 1m30s`,
    parse: (text) => {
      const ms = parseGoDuration(text);
      if (ms === undefined || range === 'any') return ms;
      return ms > 0 || (range === 'or-zero' && ms === 0) ? ms : undefined;
    },
    format: formatGoDuration,
  };
}

/** A flag that takes words between commas; given twice, it takes all of them. */
export function listFlag(facts: FlagFacts<readonly string[]>): Flag<readonly string[]> {
  return {
    ...facts,
    kind: 'list',
    allowed: 'words between commas',
    separator: ',',
    parse: (text) => (text === '' ? [] : text.split(',').map((word) => word.trim())),
    format: (value) => value.join(','),
  };
}

function within(value: number, min = -Infinity, max = Infinity): number | undefined {
  return Number.isFinite(value) && value >= min && value <= max ? value : undefined;
}

function limitsText(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` between ${min} and ${max}`;
  if (min !== undefined) return ` not below ${min}`;
  return max === undefined ? '' : ` not above ${max}`;
}

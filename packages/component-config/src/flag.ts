import { formatGoDuration, parseGoBool, parseGoDuration } from '@k8s-ccm/foundation';

/** Properties that all kinds of flags have. */
export interface FlagFacts<Value> {
  readonly default: Value;
  /** The section of `--help` that lists the flag. */
  readonly section: string;
  /** The description in `--help`, one or two sentences. */
  readonly doc: string;
  /** The letter of the short form, such as `v` for `-v`. */
  readonly short?: string;
  /** Why the flag has no effect. Such a flag is accepted for compatibility with existing manifests. */
  readonly noEffect?: string;
}

/**
 * The definition of a flag. The command line parser, validation, `--help` and the reference page are derived
 * from it.
 */
export interface Flag<Value> extends FlagFacts<Value> {
  readonly kind: 'string' | 'bool' | 'int' | 'float' | 'duration' | 'list' | 'map';
  /** Description of the allowed values, for messages. */
  readonly allowed: string;
  /** The value of the flag if it is set without one. Absent if the flag requires a value. */
  readonly implied?: string;
  /** Separator that joins the values of a flag that is set more than once. If absent, the last value wins. */
  readonly separator?: string;
  /** The names that are allowed in a map, for messages. */
  readonly names?: readonly string[];
  /** Further names that are allowed in a map and that messages do not list. */
  readonly olderNames?: readonly string[];
  /** Returns `undefined` if the text is not an allowed value. */
  parse(text: string): Value | undefined;
  /** Names the invalid part of a text, if that helps more than the whole text. */
  explain?(text: string): { readonly found: string; readonly allowed: string } | undefined;
  format(value: Value): string;
}

/** Flags by name, without leading dashes. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** The values of the flags of a table. Durations are in milliseconds. */
export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never;
};

/** Returns the sections of the flags of a table, in order of first appearance. */
export function sectionsOf(table: FlagTable): readonly string[] {
  return [...new Set(Object.values(table).map(({ section }) => section))];
}

/** Inclusive limits of a number. */
export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
}

/** Creates a flag that takes any text. */
export function stringFlag(facts: FlagFacts<string>): Flag<string> {
  return {
    ...facts,
    kind: 'string',
    allowed: 'text',
    parse: (text) => text,
    format: (value) => value,
  };
}

/** Creates a flag that takes one of several words. */
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

/** Creates a Boolean flag. Without a value it is true; values are those of Go's `strconv.ParseBool`. */
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

/** Creates a flag that takes an integer. */
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

/** Creates a flag that takes a number. */
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

/** The durations that a flag allows: greater than zero, greater than or equal to zero, or any. */
type DurationRange = 'positive' | 'or-zero' | 'any';

const rangeTexts: Readonly<Record<DurationRange, string>> = {
  positive: ' above zero',
  'or-zero': ' not below zero',
  any: '',
};

/** Creates a flag that takes a duration in Go's format. Its value is in milliseconds. */
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

/** Creates a flag that takes comma-separated words. If it is set more than once, the values are concatenated. */
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

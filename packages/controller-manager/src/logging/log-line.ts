import { styleText } from 'node:util';
import type { TextSink } from './text-sink.ts';

/** A log line before formatting. */
export interface LogRecord {
  readonly time: Date;
  readonly level: string;
  readonly message: string;
  /** Plain JSON values. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const heads = new Set(['time', 'level', 'message']);

/** Formats a line as JSON, with time, level and message first. Fields with one of these names get a trailing `_`. */
export function jsonLine({ time, level, message, fields }: LogRecord): string {
  const rest = Object.entries(fields).map(([key, value]) => [
    heads.has(key) ? `${key}_` : key,
    value,
  ]);
  return JSON.stringify({ time: time.toISOString(), level, message, ...Object.fromEntries(rest) });
}

/** Formats a line as text: time, level, message, then `key=value` pairs, with nested values as JSON. */
export function textLine(
  { time, level, message, fields }: LogRecord,
  { colors = false }: { readonly colors?: boolean } = {},
): string {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${textValue(value)}`);
  const word = level.toUpperCase().padEnd(5);
  const shown = colors ? styleText(styles.get(level) ?? 'reset', word, always) : word;
  return `${time.toISOString()} ${shown} ${message}${rest.join('')}`;
}

/** Returns true if the sink is a terminal that supports colors and `NO_COLOR` is not set. */
export function wantsColors(
  sink: TextSink,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const { NO_COLOR: refused = '', TERM: terminal } = env;
  return 'isTTY' in sink && sink.isTTY === true && refused === '' && terminal !== 'dumb';
}

/** The caller has already checked the terminal. */
const always = { validateStream: false };

const styles: ReadonlyMap<string, 'red' | 'yellow' | 'green' | 'gray'> = new Map([
  ['error', 'red'],
  ['warn', 'yellow'],
  ['info', 'green'],
  ['debug', 'gray'],
]);

function textValue(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=\p{Cc}]+$/u.test(value)) return value;
  return JSON.stringify(value) ?? '';
}

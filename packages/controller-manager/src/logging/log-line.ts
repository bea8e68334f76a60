import { styleText } from 'node:util';
import type { TextSink } from './text-sink.ts';

/** One line of the log before it is text. */
export interface LogRecord {
  readonly time: Date;
  readonly level: string;
  readonly message: string;
  /** Plain JSON values. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const heads = new Set(['time', 'level', 'message']);

/** A line as JSON: time, level and message first. A field by one of these names gets a `_` behind it. */
export function jsonLine({ time, level, message, fields }: LogRecord): string {
  const rest = Object.entries(fields).map(([key, value]) => [
    heads.has(key) ? `${key}_` : key,
    value,
  ]);
  return JSON.stringify({ time: time.toISOString(), level, message, ...Object.fromEntries(rest) });
}

/** A line for the eye: time, level, message, then `key=value`; a nested value as JSON. */
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

/** Whether the reader of the log is a terminal, and wants colours, as `NO_COLOR` has it. */
export function wantsColors(
  sink: TextSink,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const { NO_COLOR: refused = '', TERM: terminal } = env;
  return 'isTTY' in sink && sink.isTTY === true && refused === '' && terminal !== 'dumb';
}

/** Who asks for colours has looked at the terminal already. */
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

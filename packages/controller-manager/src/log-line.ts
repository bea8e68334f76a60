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
export function textLine({ time, level, message, fields }: LogRecord): string {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${textValue(value)}`);
  return `${time.toISOString()} ${level.toUpperCase().padEnd(5)} ${message}${rest.join('')}`;
}

function textValue(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=\p{Cc}]+$/u.test(value)) return value;
  return JSON.stringify(value) ?? '';
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const whole = /^(?<sign>[-+]?)(?:0|(?<parts>(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+))$/;
const part = /(?<count>\d+\.?\d*|\.\d+)(?<unit>ns|us|µs|μs|ms|s|m|h)/g;

/** A duration as Go writes it (`1h30m`, `1.5s`, `300ms`, `0`), in milliseconds; `undefined` where it is none. */
export function parseGoDuration(text: string): number | undefined {
  const groups = whole.exec(text)?.groups;
  if (groups === undefined) return undefined;
  let ms = 0;
  for (const found of (groups['parts'] ?? '').matchAll(part)) {
    ms += Number(found.groups?.['count']) * (unitMs[found.groups?.['unit'] ?? ''] ?? 0);
  }
  return groups['sign'] === '-' ? -ms : ms;
}

/** Milliseconds as Go prints a duration: `1m30s`, `250ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  if (ms < 0) return `-${formatGoDuration(-ms)}`;
  if (ms > 0 && ms < 1000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = `${(ms % 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

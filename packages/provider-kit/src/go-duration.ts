const millisecondsPer: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration as Go writes it (`20s`, `1m30s`, `500ms`, `-1.5h`, `0`) into milliseconds;
 * `undefined` where the text is none.
 */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([-+]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/u.exec(text);
  if (match === null) return undefined;
  let sum = 0;
  for (const [, amount, unit] of (match[2] ?? '').matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/gu)) {
    sum += Number(amount) * (millisecondsPer[unit ?? ''] ?? Number.NaN);
  }
  if (!Number.isFinite(sum)) return undefined;
  return match[1] === '-' ? 0 - sum : sum;
}

/** Writes milliseconds as Go would: `90000` becomes `1m30s`. */
export function formatGoDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  if (milliseconds < 0) return `-${formatGoDuration(-milliseconds)}`;
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor((milliseconds % 3_600_000) / 60_000);
  const seconds = (milliseconds % 60_000) / 1000;
  return [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds > 0 ? `${seconds}s` : '',
  ].join('');
}

/**
 * Returns the delay that a Retry-After header requests, in seconds. The header is a number or an HTTP date. `undefined`
 * if it is absent or malformed.
 */
export function retryAfterSecondsOf(
  header: string | string[] | undefined,
  nowMs: number,
): number | undefined {
  const value = [header ?? []].flat()[0]?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  // Only dates that start with a weekday: Date.parse accepts almost anything, for example '-1' as a date in 2001.
  const at = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - nowMs) / 1000);
}

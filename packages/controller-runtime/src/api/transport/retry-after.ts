/** What a Retry-After header asks for, in seconds: a number or an HTTP date. `undefined` where absent or unreadable. */
export function retryAfterSecondsOf(
  header: string | string[] | undefined,
  nowMs: number,
): number | undefined {
  const value = [header ?? []].flat()[0]?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  // Only what begins with a weekday: Date.parse takes nearly anything for a date, '-1' for one in 2001.
  const at = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - nowMs) / 1000);
}

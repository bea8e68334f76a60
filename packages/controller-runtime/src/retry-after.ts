/** What a Retry-After header asks for, in seconds: a number or an HTTP date. `undefined` where absent or unreadable. */
export function retryAfterSecondsOf(
  header: string | string[] | undefined,
  nowMs: number,
): number | undefined {
  const value = [header ?? []].flat()[0]?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - nowMs) / 1000);
}

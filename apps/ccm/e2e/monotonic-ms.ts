/** Milliseconds since some moment of the past, which no setting of the clock moves. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

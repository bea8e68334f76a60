/** Times at which a lease is renewed, checked and given up (contract.md#leader-election). */
export interface LeaseTimings {
  /** How long others wait after the last renewal that they saw, in milliseconds. Default: 15 s. */
  readonly leaseDurationMs: number;
  /** How long the leader tries to renew the lease before it gives up, in milliseconds. Default: 10 s. */
  readonly renewDeadlineMs: number;
  /** Delay between two attempts, in milliseconds. Default: 2 s. */
  readonly retryPeriodMs: number;
  /**
   * Maximum time between two checks of a candidate, so that it notices a release soon. In milliseconds. Default: 1 s.
   */
  readonly standbyPollMs: number;
}

/** client-go's defaults, except `standbyPollMs`, which client-go does not have. */
export const defaultLeaseTimings: LeaseTimings = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
  standbyPollMs: 1_000,
};

/** A retry period is extended by up to this fraction of itself. */
export const jitterFactor = 1.2;

/** Checks that the timings are consistent. @throws RangeError if they are not (contract.md#flag-validation) */
export function checkLeaseTimings({
  leaseDurationMs,
  renewDeadlineMs,
  retryPeriodMs,
}: LeaseTimings): void {
  if (!(leaseDurationMs >= 1_000))
    throw new RangeError('leader election: the lease duration must be at least 1 s');
  if (!(retryPeriodMs > 0))
    throw new RangeError('leader election: the retry period must be greater than 0');
  if (!(leaseDurationMs > renewDeadlineMs)) {
    throw new RangeError(
      'leader election: the lease duration must be longer than the renew deadline',
    );
  }
  if (!(renewDeadlineMs > jitterFactor * retryPeriodMs)) {
    throw new RangeError(
      `leader election: the renew deadline must be longer than ${jitterFactor} retry periods`,
    );
  }
}

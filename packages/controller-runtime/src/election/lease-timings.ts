/** When a lease is renewed, looked at and given up (contract.md#leader-election). */
export interface LeaseTimings {
  /** How long others wait after the last renewal they saw, in milliseconds. Default 15 s. */
  readonly leaseDurationMs: number;
  /** How long we try to renew before we give up, in milliseconds. Default 10 s. */
  readonly renewDeadlineMs: number;
  /** Pause between two tries, in milliseconds. Default 2 s. */
  readonly retryPeriodMs: number;
  /** A candidate looks at the lease at least this often, so that it sees a release soon. In milliseconds, default 1 s. */
  readonly standbyPollMs: number;
}

/** client-go's, apart from `standbyPollMs`, which it does not know. */
export const defaultLeaseTimings: LeaseTimings = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
  standbyPollMs: 1_000,
};

/** A retry period is drawn out by up to so much more of itself. */
export const jitterFactor = 1.2;

/** @throws RangeError where the timings do not fit together (contract.md#flag-validation) */
export function checkLeaseTimings({
  leaseDurationMs,
  renewDeadlineMs,
  retryPeriodMs,
}: LeaseTimings): void {
  if (!(leaseDurationMs >= 1_000))
    throw new RangeError('leader election: the lease duration must be at least 1 s');
  if (!(retryPeriodMs > 0))
    throw new RangeError('leader election: the retry period must be above 0');
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

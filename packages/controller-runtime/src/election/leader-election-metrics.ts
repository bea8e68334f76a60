import type { MetricsRegistry } from '../metrics/metrics.ts';

/** Reports which process leads, under upstream's names (contract.md#manager-metrics). */
export interface LeaderElectionMetrics {
  /** Sets `leader_election_master_status`. */
  leading(isLeading: boolean): void;
  /** Increments `leader_election_slowpath_total`: a renewal had to read the lease first. */
  slowPath(): void;
}

/** Used if no registry is given. */
export const noLeaderElectionMetrics: LeaderElectionMetrics = {
  leading: () => undefined,
  slowPath: () => undefined,
};

/** Registers `leader_election_*{name}`. */
export function leaderElectionMetrics(
  name: string,
  registry: MetricsRegistry,
): LeaderElectionMetrics {
  const common = { labels: ['name'], stability: 'ALPHA' } as const;
  const status = registry.gauge({
    ...common,
    name: 'leader_election_master_status',
    help:
      'Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master. ' +
      "'name' is the string used to identify the lease. Please make sure to group by name.",
  });
  const slowPath = registry.counter({
    ...common,
    name: 'leader_election_slowpath_total',
    help:
      'Total number of slow path exercised in renewing leader leases. ' +
      "'name' is the string used to identify the lease. Please make sure to group by name.",
  });
  slowPath.add(0, { name });
  return {
    leading: (isLeading) => status.set(isLeading ? 1 : 0, { name }),
    slowPath: () => slowPath.inc({ name }),
  };
}

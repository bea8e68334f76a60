import type { ManagerFlags } from './manager-flags.ts';

/** The burst that client-go uses instead of 0. */
const clientGoBurst = 10;

/** Returns the rate limit of each client of the API server. A `qps` of 0 or less means no limit. */
export function apiRate(flags: Pick<ManagerFlags, 'kube-api-qps' | 'kube-api-burst'>): {
  readonly qps: number;
  readonly burst: number;
} {
  return { qps: flags['kube-api-qps'], burst: flags['kube-api-burst'] || clientGoBurst };
}

import type { ManagerFlags } from './manager-flags.ts';

/** What client-go uses for a burst of 0. */
const clientGoBurst = 10;

/** How fast each client may send requests to the API server. A `qps` of 0 or less is no limit. */
export function apiRate(flags: Pick<ManagerFlags, 'kube-api-qps' | 'kube-api-burst'>): {
  readonly qps: number;
  readonly burst: number;
} {
  return { qps: flags['kube-api-qps'], burst: flags['kube-api-burst'] || clientGoBurst };
}

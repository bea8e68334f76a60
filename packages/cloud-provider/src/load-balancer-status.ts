import type { LoadBalancerStatus } from './kubernetes-types.ts';
import { semanticEqual } from './semantic-equal.ts';

/**
 * Whether two statuses say the same about `ingress` (ip, hostname, ipMode, ports), in the same
 * order; absent and empty are one (contract.md#service-helpers).
 */
export function loadBalancerStatusEqual(
  one: LoadBalancerStatus | undefined,
  other: LoadBalancerStatus | undefined,
): boolean {
  return semanticEqual(one?.ingress, other?.ingress);
}

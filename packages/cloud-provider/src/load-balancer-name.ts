import type { Service } from './kubernetes-types.ts';

/** Longest name that every cloud takes, in characters. */
const maxLength = 32;

/**
 * The name that upstream gives a load balancer where the provider has none of its own: `a` and the
 * UID without dashes, cut to 32 characters (contract.md#registry). The cut loses one digit of the UID.
 */
export function defaultLoadBalancerName(service: Service): string {
  return `a${(service.metadata?.uid ?? '').replaceAll('-', '')}`.slice(0, maxLength);
}

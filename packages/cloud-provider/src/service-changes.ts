import type { Service, ServicePort } from './kubernetes-types.ts';
import { semanticEqual } from './semantic-equal.ts';
import { wantsLoadBalancer } from './service-predicates.ts';

/**
 * Whether a change of a Service is one of its load balancer too (contract.md#service-changes). Not compared, as
 * upstream: labels, selector, cluster IPs, internalTrafficPolicy, allocateLoadBalancerNodePorts,
 * publishNotReadyAddresses, finalizers, status; and `deletionTimestamp`, for which see `needsCleanup`.
 */
export function needsUpdate(old: Service, current: Service): boolean {
  const wants = wantsLoadBalancer(current);
  if (wants !== wantsLoadBalancer(old)) return true;
  if (!wants) return false;
  return !semanticEqual(compared(old), compared(current)) || !annotationsEqual(old, current);
}

function compared({ metadata, spec }: Service): Readonly<Record<string, unknown>> {
  return {
    uid: metadata?.uid,
    loadBalancerSourceRanges: spec?.loadBalancerSourceRanges,
    sessionAffinity: spec?.sessionAffinity,
    sessionAffinityConfig: spec?.sessionAffinityConfig,
    loadBalancerIP: spec?.loadBalancerIP,
    externalIPs: spec?.externalIPs,
    externalTrafficPolicy: spec?.externalTrafficPolicy,
    healthCheckNodePort: spec?.healthCheckNodePort,
    ipFamilyCount: spec?.ipFamilies?.length,
    ports: spec?.ports?.map(comparedPort),
  };
}

function comparedPort(port: ServicePort): Readonly<Record<string, unknown>> {
  const { name, protocol, port: number, nodePort, targetPort, appProtocol } = port;
  return { name, protocol, port: number, nodePort, targetPort, appProtocol };
}

/** Exact: to a provider, an annotation that is there and empty may mean something. */
function annotationsEqual(old: Service, current: Service): boolean {
  const one = old.metadata?.annotations ?? {};
  const other = current.metadata?.annotations ?? {};
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}

import type { Service } from './kubernetes-types.ts';
import { LoadBalancerCleanupFinalizer } from './well-known.ts';

/**
 * Whether a Service asks this controller for a load balancer: type LoadBalancer and no
 * `loadBalancerClass`; an empty class counts as set (contract.md#service-predicates).
 */
export function wantsLoadBalancer(service: Service): boolean {
  // The wire may hold an explicit null, which the API means as "not set".
  return isLoadBalancer(service) && (service.spec?.loadBalancerClass ?? undefined) === undefined;
}

/** Whether the Service waits for our cleanup before it may go (upstream's `HasLBFinalizer`). */
export function hasLoadBalancerFinalizer(service: Service): boolean {
  return service.metadata?.finalizers?.includes(LoadBalancerCleanupFinalizer) ?? false;
}

/**
 * Whether a load balancer must be removed: our finalizer is there and the Service is being deleted
 * or has another type now. A class alone is no reason (contract.md#service-predicates).
 */
export function needsCleanup(service: Service): boolean {
  if (!hasLoadBalancerFinalizer(service)) return false;
  return Boolean(service.metadata?.deletionTimestamp) || !isLoadBalancer(service);
}

/** Whether outside traffic must reach only pods on the node that receives it (contract.md#service-helpers). */
export function requestsOnlyLocalTraffic(service: Service): boolean {
  const { type, externalTrafficPolicy } = service.spec ?? {};
  return (type === 'LoadBalancer' || type === 'NodePort') && externalTrafficPolicy === 'Local';
}

/** Whether the load balancer must ask each node whether it has pods of the Service (contract.md#service-helpers). */
export function needsHealthCheck(service: Service): boolean {
  return isLoadBalancer(service) && requestsOnlyLocalTraffic(service);
}

/** Where a load balancer asks a node for the health of a Service. */
export interface HealthCheckTarget {
  /** HTTP path, `''` where no health check is needed. */
  readonly path: string;
  /** Node port, 0 where no health check is needed. */
  readonly port: number;
}

/** Where to ask a node whether it has pods of the Service; `''` and 0 where there is no need. */
export function getServiceHealthCheckPathPort(service: Service): HealthCheckTarget {
  const port = needsHealthCheck(service) ? (service.spec?.healthCheckNodePort ?? 0) : 0;
  return port === 0 ? { path: '', port: 0 } : { path: '/healthz', port };
}

function isLoadBalancer(service: Service): boolean {
  return service.spec?.type === 'LoadBalancer';
}

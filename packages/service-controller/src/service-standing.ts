import { hasLoadBalancerFinalizer, needsCleanup, wantsLoadBalancer } from '@k8s-ccm/cloud-provider';
import type { LoadBalancer, Service } from '@k8s-ccm/cloud-provider';

/** Who is responsible for the load balancer of a Service. */
export type ServiceStanding =
  /** The provider. */
  | 'ours'
  /** Another implementation: the Service has a `loadBalancerClass`, or the provider does not claim it. */
  | 'foreign'
  /** Nobody: the Service is not of type LoadBalancer. */
  | 'none';

/** Decides which Services the controller may work on. */
export class ServiceStandings {
  readonly #loadBalancer: Pick<LoadBalancer, 'claims'>;

  constructor(loadBalancer: Pick<LoadBalancer, 'claims'>) {
    this.#loadBalancer = loadBalancer;
  }

  of(service: Service): ServiceStanding {
    if (service.spec?.type !== 'LoadBalancer') return 'none';
    if (!wantsLoadBalancer(service)) return 'foreign';
    return (this.#loadBalancer.claims?.(service) ?? true) ? 'ours' : 'foreign';
  }

  /**
   * Whether a load balancer is to exist. A Service that is being deleted does not get one, with or
   * without the finalizer: the API server refuses to add a finalizer to it.
   */
  isServed(service: Service): boolean {
    return this.of(service) === 'ours' && service.metadata?.deletionTimestamp === undefined;
  }

  /**
   * Whether the finalizer must come off: the Service is being deleted, has another type now, or is
   * not claimed. A class alone is no reason: its implementation may use the same finalizer
   * (contract.md#service-predicates).
   */
  owesCleanup(service: Service): boolean {
    if (needsCleanup(service)) return true;
    const isUnclaimed = wantsLoadBalancer(service) && this.of(service) === 'foreign';
    return isUnclaimed && hasLoadBalancerFinalizer(service);
  }
}

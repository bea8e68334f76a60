import { RetryAfterError } from '@k8s-ccm/cloud-provider';
import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';
import type { Slb } from '@k8s-ccm/inspur-sdk';

import { SlbUnavailableError } from './load-balancer-errors.ts';

/** How long to wait for an SLB that is being created, in milliseconds. */
const creationPollMs = 5000;

/** The addresses of an SLB, the private one first. */
export function addressesOf({ businessIp, eipAddress }: Slb): readonly string[] {
  return [...new Set([businessIp, eipAddress])].filter((address) => address !== '');
}

/** The status of a Service on this SLB. */
export function statusOf(slb: Slb): LoadBalancerStatus {
  return { ingress: addressesOf(slb).map((ip) => ({ ip })) };
}

/** The addresses that a Service's status shows. */
export function statusAddresses(service: Service): readonly string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => {
    const address = ip ?? hostname ?? '';
    return address === '' ? [] : [address];
  });
}

/**
 * Passes where listeners can be put on the SLB. A state that is not known here passes too.
 *
 * @throws RetryAfterError while it is being created
 * @throws SlbUnavailableError where it is broken or on its way out
 */
export function requireUsable(slb: Slb): void {
  const state = slb.state.toLowerCase();
  if (state === 'creating') {
    throw new RetryAfterError(
      `SLB "${slb.slbId}" is still being created; it is looked at again`,
      creationPollMs,
    );
  }
  if (state === 'error' || state === 'deleting') {
    throw new SlbUnavailableError(
      slb.slbId,
      `SLB "${slb.slbId}" cannot be used, its state is "${slb.state}"; repair it, or name another SLB by the annotation`,
    );
  }
  // Every SLB has one, inspur.md §2: without it the answer is not yet, or not, whole.
  if (slb.businessIp === '') {
    throw new RetryAfterError(
      `SLB "${slb.slbId}" has no private address yet (GetLoadBalancer: no businessIp); it is looked at again`,
      creationPollMs,
    );
  }
}

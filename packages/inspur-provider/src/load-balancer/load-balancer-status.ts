import { RetryAfterError } from '@k8s-ccm/cloud-provider';
import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';
import type { Slb } from '@k8s-ccm/inspur-sdk';

import { SlbUnavailableError } from './load-balancer-errors.ts';

/** Delay until an SLB that is being created is read again, in milliseconds. */
const creationPollMs = 5000;

/** Returns the addresses of an SLB, the private one first. */
export function addressesOf({ businessIp, eipAddress }: Slb): readonly string[] {
  return [...new Set([businessIp, eipAddress])].filter((address) => address !== '');
}

/** Returns the status of a Service on this SLB. */
export function statusOf(slb: Slb): LoadBalancerStatus {
  return { ingress: addressesOf(slb).map((ip) => ({ ip })) };
}

/** Returns the addresses in a Service's status. */
export function statusAddresses(service: Service): readonly string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => {
    const address = ip ?? hostname ?? '';
    return address === '' ? [] : [address];
  });
}

/**
 * Returns why listeners cannot be put on the SLB; `undefined` if they can. A state that is not known
 * here counts as usable.
 */
export function unusableReason(slb: Slb): RetryAfterError | SlbUnavailableError | undefined {
  const { businessIp, slbId } = slb;
  const state = slb.state.toLowerCase();
  if (state === 'creating') {
    return new RetryAfterError(
      `SLB "${slbId}" is still being created. The controller retries automatically.`,
      creationPollMs,
    );
  }
  if (state === 'error' || state === 'deleting') {
    return new SlbUnavailableError(
      slbId,
      `SLB "${slbId}" cannot be used because its state is "${slb.state}". Repair it, or name another SLB in the annotation.`,
    );
  }
  // Every SLB has a private address (inspur-api.md#slb-behavior); without it, the answer is not complete.
  if (businessIp === '') {
    return new RetryAfterError(
      `SLB "${slbId}" has no private address yet (GetLoadBalancer: no businessIp). The controller retries automatically.`,
      creationPollMs,
    );
  }
  return undefined;
}

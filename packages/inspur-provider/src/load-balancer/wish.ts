import { CloudProviderError } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';

import type { ServiceOptions } from '../service-options.ts';
import { isSlbAllowed } from '../slb-id.ts';
import { buildLoadBalancer } from './desired-load-balancer.ts';
import type { BuildResult } from './desired-load-balancer.ts';
import type { HostSelection } from './hosts.ts';
import { SlbNotAllowedError } from './load-balancer-errors.ts';
import { planLoadBalancer, planMembersAlone } from './load-balancer-plan.ts';
import type { LoadBalancerPlan } from './load-balancer-plan.ts';
import { unusableReason } from './load-balancer-status.ts';
import type { Observation, SlbSighting } from './observation.ts';
import type { ServiceSubject } from './service-subject.ts';

/** What a Service asks for, or why it cannot have it. */
export type Wish =
  (BuildResult & { readonly error?: never }) | { readonly error: CloudProviderError };

/** Configuration that decides about wishes. */
export interface WishRules {
  /** Defaults of the Service annotations. */
  readonly defaults?: Partial<ServiceOptions>;
  /** Patterns of the ids of SLBs that Services may name; `undefined` allows all. */
  readonly allowedSlbIds?: readonly string[] | undefined;
}

/** Reads what a Service asks for. Makes no call. */
export function readWish(
  { named, service }: Pick<ServiceSubject, 'named' | 'service'>,
  members: HostSelection,
  { allowedSlbIds, defaults = {} }: WishRules,
): Wish {
  try {
    const wish = buildLoadBalancer({ service, members, defaults });
    const isAllowed = named.slbId === '' || isSlbAllowed(allowedSlbIds, named.slbId);
    return isAllowed ? wish : { error: new SlbNotAllowedError(named) };
  } catch (error) {
    if (error instanceof CloudProviderError) return { error };
    throw error;
  }
}

/** Returns why a wish cannot be granted on the SLB that the Service names; `undefined` if it can. */
export function obstacleTo(wish: Wish, wanted: SlbSighting | undefined): Error | undefined {
  if (wish.error !== undefined) return wish.error;
  if (wanted?.kind === 'hidden' || wanted?.kind === 'gone') return wanted.error;
  return wanted?.kind === 'seen' && wanted.slb !== undefined
    ? unusableReason(wanted.slb)
    : undefined;
}

/** Plans what a Service asks for; if something prevents it, only that its members follow the Nodes. */
export function planWish(
  { service, uid }: { readonly service: Service; readonly uid: string },
  members: HostSelection,
  wish: Wish,
  observation: Observation,
): LoadBalancerPlan {
  const options = { uid, retryRefused: true };
  return wish.error !== undefined || obstacleTo(wish, observation.wanted) !== undefined
    ? planMembersAlone(service, members, observation, options)
    : planLoadBalancer(wish.desired, observation, options);
}

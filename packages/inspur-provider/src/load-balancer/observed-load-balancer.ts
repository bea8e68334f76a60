import type { CallOptions, Listener, Member, Slb, SlbClient } from '@k8s-ccm/inspur-sdk';

import { listenerOwner } from './listener-name.ts';
import { describeSlbError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';
import { requireUsable } from './load-balancer-status.ts';

/** A member as far as a plan reads it. */
export type ObservedMember = Pick<
  Member,
  'backendId' | 'serverId' | 'serverIp' | 'port' | 'weight'
>;

/** A listener of the Service, with its members. */
export interface ObservedListener {
  readonly listener: Listener;
  readonly members: readonly ObservedMember[];
}

/** The listeners of an SLB, as they were a moment ago. */
export interface ObservedLoadBalancer {
  readonly slbId: string;
  /** Those that carry the Service's UID. */
  readonly owned: readonly ObservedListener[];
  /** Everybody else's: never changed, only named. */
  readonly others: readonly Listener[];
}

/** An SLB and its listeners. */
export interface Observation {
  readonly slb: Slb;
  readonly state: ObservedLoadBalancer;
}

/**
 * Looks at an SLB: one read of it, one of its listeners, and one of the members of each listener
 * that is ours.
 *
 * @throws SlbUnavailableError where there is no such SLB, it is somebody else's or broken
 * @throws RetryAfterError while it is being created
 */
export async function observeLoadBalancer(
  client: SlbClient,
  reference: SlbReference,
  owner: string,
  call: CallOptions,
): Promise<Observation> {
  const { slbId } = reference;
  try {
    const [slb, listeners] = await Promise.allSettled([
      client.getLoadBalancer(slbId, call),
      client.listListeners(slbId, call),
    ]);
    // What is wrong with the SLB itself makes the better text.
    if (slb.status === 'rejected') throw slb.reason;
    requireUsable(slb.value);
    if (listeners.status === 'rejected') throw listeners.reason;
    const { owned, others } = splitByOwner(listeners.value, owner);
    const withMembers = owned.map(async (listener) => ({
      listener,
      members: await client.listMembers(slbId, listener.listenerId, call),
    }));
    return { slb: slb.value, state: { slbId, owned: await Promise.all(withMembers), others } };
  } catch (error) {
    throw describeSlbError(error, reference);
  }
}

/** Tells the listeners of one owner from those of everybody else. */
export function splitByOwner(
  listeners: readonly Listener[],
  owner: string,
): { readonly owned: readonly Listener[]; readonly others: readonly Listener[] } {
  const isOwned = ({ listenerName }: Listener): boolean => listenerOwner(listenerName) === owner;
  return {
    owned: listeners.filter(isOwned),
    others: listeners.filter((listener) => !isOwned(listener)),
  };
}

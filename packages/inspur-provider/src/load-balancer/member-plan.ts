import { keyedDiff } from '@k8s-ccm/provider-kit';

import { memberWeight } from './desired-load-balancer.ts';
import type { DesiredMembers } from './desired-load-balancer.ts';
import type { Host } from './hosts.ts';
import type { ObservedListener, ObservedMember } from './observation.ts';

/** What must happen to the members of one listener, in this order. */
export interface MemberPlan {
  /** Members in the way of a host: of its server at another address, or at its address for another server. */
  readonly conflicts: readonly ObservedMember[];
  readonly add: readonly Host[];
  /** Members whose port or weight differs. */
  readonly change: readonly ObservedMember[];
  /** Members that no host explains. */
  readonly remove: readonly ObservedMember[];
  /** Hosts that the cloud refused when it was last asked; asked for again after everything else. */
  readonly retry: readonly Host[];
}

/** Plans the members of a listener that exists. */
export function planMembers(
  { hosts, isComplete }: DesiredMembers,
  memberPort: number,
  { members, refused, capacity }: ObservedListener,
): MemberPlan {
  const diff = keyedDiff<Host, ObservedMember>(
    hosts,
    members,
    ({ serverId }) => serverId,
    (host, member) =>
      member.serverIp === host.serverIp &&
      member.port === memberPort &&
      member.weight === memberWeight,
  );
  const moved = diff.change.filter(({ desired, actual }) => desired.serverIp !== actual.serverIp);
  const changed = diff.change.filter(({ desired, actual }) => desired.serverIp === actual.serverIp);
  const missing = [...diff.add, ...moved.map(({ desired }) => desired)];
  const addresses = new Set(missing.map(({ serverIp }) => serverIp));
  const replaced = diff.remove.filter(({ serverIp }) => addresses.has(serverIp));
  const conflicts = [...moved.map(({ actual }) => actual), ...replaced];
  const remove = isComplete ? diff.remove.filter((member) => !replaced.includes(member)) : [];

  const welcome = missing.filter(({ serverId }) => !refused.has(serverId));
  const staying = members.length - conflicts.length - remove.length;
  const room = capacity === undefined ? welcome.length : Math.max(0, capacity - staying);
  return {
    conflicts,
    add: welcome.slice(0, room),
    change: changed.map(({ actual }) => actual),
    remove,
    retry: [...welcome.slice(room), ...missing.filter(({ serverId }) => refused.has(serverId))],
  };
}

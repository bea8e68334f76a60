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
  /**
   * Hosts for which the cloud had no quota or that it refused when it was last asked; asked for again
   * after everything else. Of the refused ones, those with the fewest tries.
   */
  readonly retry: readonly Host[];
}

/** How many hosts that the cloud refused are asked for again at a time. */
const maxRetries = 8;

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
  const triesOf = ({ serverId }: Host): number => refused.get(serverId)?.tries ?? 0;
  const retried = missing
    .filter(({ serverId }) => refused.has(serverId))
    .toSorted((a, b) => triesOf(a) - triesOf(b))
    .slice(0, maxRetries);
  const staying = members.length - conflicts.length - remove.length;
  const room = capacity === undefined ? welcome.length : Math.max(0, capacity - staying);
  return {
    conflicts,
    add: welcome.slice(0, room),
    change: changed.map(({ actual }) => actual),
    remove,
    retry: [...welcome.slice(room), ...retried],
  };
}

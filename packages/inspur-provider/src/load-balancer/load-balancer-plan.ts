import type { Listener, ListenerSpec } from '@k8s-ccm/inspur-sdk';
import { keyedDiff } from '@k8s-ccm/provider-kit';

import { memberWeight } from './desired-load-balancer.ts';
import type { DesiredListener, DesiredLoadBalancer } from './desired-load-balancer.ts';
import type { Host } from './hosts.ts';
import type { PortClash } from './load-balancer-errors.ts';
import type {
  ObservedListener,
  ObservedLoadBalancer,
  ObservedMember,
} from './observed-load-balancer.ts';

/** What happens to one listener that is to be. */
export type ListenerAction =
  /** `replaces`: our own listener of another protocol on the same port, which must go first. */
  | { readonly kind: 'create'; readonly replaces: Listener | undefined }
  | { readonly kind: 'update'; readonly listener: Listener; readonly changes: readonly string[] }
  | { readonly kind: 'keep'; readonly listener: Listener };

/** What happens to the members of one listener, in this order. */
export interface MemberChanges {
  /** Members whose server has another address now: they cannot stand beside their successor. */
  readonly replace: readonly ObservedMember[];
  readonly add: readonly Host[];
  readonly update: readonly ObservedMember[];
  readonly remove: readonly ObservedMember[];
  /** Nothing happens to these. */
  readonly keep: readonly ObservedMember[];
}

/** All that happens to one listener that is to be. */
export interface ListenerPlan {
  readonly desired: DesiredListener;
  readonly action: ListenerAction;
  readonly members: MemberChanges;
}

/** Every step from what is to what is to be, and what stands in the way. */
export interface LoadBalancerPlan {
  readonly slbId: string;
  readonly listeners: readonly ListenerPlan[];
  /** Listeners of ours that are not wanted any more; after everything else. */
  readonly remove: readonly Listener[];
  /** Ports that somebody else holds; nothing is done about them. */
  readonly clashes: readonly PortClash[];
}

/** Works out what to do. Pure: no call is made. Only listeners of the owner are in any step. */
export function planLoadBalancer(
  desired: DesiredLoadBalancer,
  observed: ObservedLoadBalancer,
): LoadBalancerPlan {
  const { slbId } = observed;
  const held = new Map(
    observed.others.map((listener) => [portKey(listener.protocol, listener.port), listener]),
  );
  const clashes: PortClash[] = [];
  const wanted = desired.listeners.filter(({ spec: { protocol, port } }) => {
    const holder = held.get(portKey(protocol, port));
    if (holder !== undefined) clashes.push({ slbId, protocol, port, holder });
    return holder === undefined;
  });
  const diff = keyedDiff<DesiredListener, ObservedListener>(
    wanted,
    observed.owned,
    (item) => {
      const { protocol, port } = 'spec' in item ? item.spec : item.listener;
      return portKey(protocol, port);
    },
    ({ spec }, { listener }) => changesOf(spec, listener).length === 0,
  );
  return {
    slbId,
    listeners: [
      ...diff.add.map((listener) => planCreation(listener, desired.hosts)),
      ...diff.change.map((pair) => planChange(pair.desired, pair.actual, desired.hosts)),
      ...diff.keep.map((pair) => planChange(pair.desired, pair.actual, desired.hosts)),
    ],
    remove: diff.remove.map(({ listener }) => listener),
    clashes,
  };
}

/** True where nothing would be called. */
export function isEmptyPlan({ listeners, remove }: LoadBalancerPlan): boolean {
  return remove.length === 0 && listeners.every((listener) => isIdle(listener));
}

/** True where only members change, so that a plan can be tried on what was last seen. */
export function touchesMembersOnly({ listeners, remove }: LoadBalancerPlan): boolean {
  return remove.length === 0 && listeners.every(({ action }) => action.kind === 'keep');
}

/** The part of a plan that brings members up to date and leaves listeners as they are. */
export function membersOnly(plan: LoadBalancerPlan): LoadBalancerPlan {
  const listeners = plan.listeners.flatMap(({ desired, action, members }) =>
    action.kind === 'create'
      ? []
      : [{ desired, members, action: { kind: 'keep', listener: action.listener } as const }],
  );
  return { ...plan, listeners, remove: [], clashes: [] };
}

function isIdle({ action, members }: ListenerPlan): boolean {
  const { replace, add, update, remove } = members;
  return (
    action.kind === 'keep' && [replace, add, update, remove].every((part) => part.length === 0)
  );
}

function planCreation(
  desired: DesiredListener,
  hosts: readonly Host[],
  replaces?: Listener,
): ListenerPlan {
  return {
    desired,
    action: { kind: 'create', replaces },
    members: { replace: [], add: hosts, update: [], remove: [], keep: [] },
  };
}

function planChange(
  desired: DesiredListener,
  { listener, members }: ObservedListener,
  hosts: readonly Host[],
): ListenerPlan {
  // Nothing says that a listener's protocol can be changed.
  if (listener.protocol !== desired.spec.protocol) return planCreation(desired, hosts, listener);
  const changes = changesOf(desired.spec, listener);
  return {
    desired,
    action:
      changes.length === 0 ? { kind: 'keep', listener } : { kind: 'update', listener, changes },
    members: planMembers(hosts, desired.memberPort, members),
  };
}

function planMembers(
  hosts: readonly Host[],
  port: number,
  members: readonly ObservedMember[],
): MemberChanges {
  const diff = keyedDiff<Host, ObservedMember>(
    hosts,
    members,
    ({ serverId }) => serverId,
    (host, member) =>
      member.serverIp === host.serverIp && member.port === port && member.weight === memberWeight,
  );
  const moved = diff.change.filter(({ desired, actual }) => desired.serverIp !== actual.serverIp);
  const changed = diff.change.filter(({ desired, actual }) => desired.serverIp === actual.serverIp);
  return {
    replace: moved.map(({ actual }) => actual),
    add: [...diff.add, ...moved.map(({ desired }) => desired)],
    update: changed.map(({ actual }) => actual),
    remove: diff.remove,
    keep: diff.keep.map(({ actual }) => actual),
  };
}

/** What of a listener is not as it should be, in words; empty where all is well. */
function changesOf(spec: ListenerSpec, actual: Listener): string[] {
  const [wanted, found] = [comparable(spec), comparable(actual)];
  return [...wanted].flatMap(([field, value]) =>
    found.get(field) === value ? [] : [`${field}: ${found.get(field) ?? 'none'} -> ${value}`],
  );
}

/** The fields that matter: of a check that is off, or not by HTTP, the cloud may forget the rest. */
function comparable(listener: Listener | ListenerSpec): ReadonlyMap<string, string | number> {
  const { listenerName, protocol, forwardRule, healthCheck } = listener;
  const fields: [string, string | number][] = [
    ['name', listenerName],
    ['protocol', protocol],
    ['forward rule', forwardRule],
    ['health check', healthCheck.enabled ? 'on' : 'off'],
  ];
  if (healthCheck.enabled) {
    fields.push(
      ['health check type', healthCheck.type],
      ['health check port', healthCheck.port],
      ['health check period', healthCheck.periodSeconds],
      ['health check timeout', healthCheck.timeoutSeconds],
      ['health check tries', healthCheck.maxTries],
    );
    if (healthCheck.type === 'http') {
      fields.push(
        ['health check domain', healthCheck.domain],
        ['health check path', healthCheck.path],
      );
    }
  }
  return new Map(fields);
}

/** Two listeners with one key cannot stand side by side: UDP has ports of its own. inspur.md §2. */
export function portKey(protocol: string, port: number): string {
  return `${protocol === 'UDP' ? 'UDP' : 'TCP'}/${port}`;
}

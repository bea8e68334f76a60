import type { Service } from '@k8s-ccm/cloud-provider';
import type { Listener, ListenerSpec } from '@k8s-ccm/inspur-sdk';
import { keyedDiff } from '@k8s-ccm/provider-kit';

import type {
  DesiredListener,
  DesiredLoadBalancer,
  DesiredMembers,
} from './desired-load-balancer.ts';
import type { Host } from './hosts.ts';
import { isLegacyNameOf } from './listener-name.ts';
import type { PortClash } from './load-balancer-errors.ts';
import { planMembers } from './member-plan.ts';
import { slbsInUse } from './observation.ts';
import type { Observation, ObservedListener, ObservedMember, SeenSlb } from './observation.ts';

interface StepBase {
  readonly slbId: string;
  /** Two listeners with the same key cannot exist side by side; steps of one key are taken in order. */
  readonly key: string;
  /**
   * `serve` comes first: listeners that the Service asks for. `retire` follows in any case: other
   * listeners of the Service on the same SLB. `leave` requires that everything before succeeded:
   * listeners on SLBs that the Service does not use any more.
   */
  readonly stage: 'serve' | 'retire' | 'leave';
}

/** One step from what is observed to what is desired. */
export type Step = StepBase &
  (
    | { readonly kind: 'create-listener'; readonly desired: DesiredListener }
    | {
        readonly kind: 'update-listener';
        readonly desired: DesiredListener;
        readonly listener: Listener;
        readonly changes: readonly string[];
      }
    | { readonly kind: 'remove-listener'; readonly listener: Listener }
    | {
        readonly kind: 'add-members';
        readonly target: string;
        readonly hosts: readonly Host[];
        readonly port: number;
      }
    | {
        readonly kind: 'update-members';
        readonly target: string;
        readonly members: readonly ObservedMember[];
        readonly port: number;
      }
    | {
        readonly kind: 'remove-members';
        readonly target: string;
        readonly members: readonly ObservedMember[];
      }
  );

/** An ordered list of steps, and what nothing can be done about. */
export interface LoadBalancerPlan {
  readonly steps: readonly Step[];
  /** Ports that listeners of others hold. */
  readonly clashes: readonly PortClash[];
}

/** Options of {@link planLoadBalancer}. */
export interface PlanOptions {
  /** The UID of the Service. */
  readonly uid: string;
  /** Whether to ask again for members that the cloud refused before. */
  readonly retryRefused: boolean;
}

/**
 * Plans every step from what is observed to what is desired. Pure: makes no call. Only listeners of
 * the owner are in any step.
 */
export function planLoadBalancer(
  desired: DesiredLoadBalancer,
  observation: Observation,
  options: PlanOptions,
): LoadBalancerPlan {
  const { slbId } = desired.slb;
  const here = observation.slbs.get(slbId);
  const served = here?.kind === 'seen' ? planListeners(desired, here, options) : nothingToDo;
  const leave = slbsInUse(observation)
    .filter((other) => other.slbId !== slbId)
    .flatMap(({ owned }) => owned.map(({ listener }) => removal(listener, 'leave')));
  return { steps: [...served.steps, ...leave], clashes: served.clashes };
}

/**
 * Plans the members of all listeners of the Service as they are, for a Service whose wishes cannot be
 * followed: its members still follow the Nodes. Pure: makes no call.
 */
export function planMembersAlone(
  service: Service,
  members: DesiredMembers,
  observation: Observation,
  options: PlanOptions,
): LoadBalancerPlan {
  const steps = slbsInUse(observation).flatMap(({ owned }) =>
    owned.flatMap((observed) => {
      const port = memberPortOf(service, observed);
      return port === undefined ? [] : memberSteps(members, port, observed, options);
    }),
  );
  return { steps, clashes: [] };
}

/** Whether the steps change members only, so that a plan can rely on what is remembered. */
export function changesMembersOnly({ steps }: LoadBalancerPlan): boolean {
  return steps.every(({ kind }) => kind.endsWith('-members'));
}

/** Two listeners with the same key cannot exist side by side: UDP has ports of its own. */
export function portKey(protocol: string, port: number): string {
  return `${protocol === 'UDP' ? 'UDP' : 'TCP'}/${port}`;
}

const nothingToDo: LoadBalancerPlan = { steps: [], clashes: [] };

function planListeners(
  desired: DesiredLoadBalancer,
  { slbId, owned, others }: SeenSlb,
  options: PlanOptions,
): LoadBalancerPlan {
  const held = new Map(others.map((listener) => [keyOf(listener), listener]));
  const clashes: PortClash[] = [];
  const wanted = desired.listeners.filter(({ spec: { protocol, port } }) => {
    const holder = held.get(portKey(protocol, port));
    if (holder !== undefined) clashes.push({ slbId, protocol, port, holder });
    return holder === undefined;
  });
  const diff = keyedDiff<DesiredListener, ObservedListener>(
    wanted,
    owned,
    (item) => keyOf('spec' in item ? item.spec : item.listener),
    ({ spec }, { listener }) => changesOf(spec, listener, options.uid).length === 0,
  );
  const pairs = [...diff.change, ...diff.keep];
  return {
    steps: [
      ...diff.add.flatMap((listener) => creation(slbId, listener, desired.members)),
      ...pairs.flatMap((pair) => change(pair.desired, pair.actual, desired.members, options)),
      ...diff.remove.map(({ listener }) => removal(listener, 'retire')),
    ],
    clashes,
  };
}

function creation(
  slbId: string,
  desired: DesiredListener,
  { hosts }: DesiredMembers,
): readonly Step[] {
  const { spec, memberPort: port } = desired;
  const base = { slbId, key: keyOf(spec), stage: 'serve' } as const;
  return [
    { ...base, kind: 'create-listener', desired },
    ...(hosts.length === 0
      ? []
      : [{ ...base, kind: 'add-members', target: spec.listenerName, hosts, port } as const]),
  ];
}

function change(
  desired: DesiredListener,
  observed: ObservedListener,
  members: DesiredMembers,
  options: PlanOptions,
): readonly Step[] {
  const { listener } = observed;
  const { slbId } = listener;
  // No source says that the protocol of a listener can be changed.
  if (listener.protocol !== desired.spec.protocol) {
    return [removal(listener, 'serve'), ...creation(slbId, desired, members)];
  }
  const changes = changesOf(desired.spec, listener, options.uid);
  const base = { slbId, key: keyOf(listener), stage: 'serve' } as const;
  return [
    ...(changes.length === 0
      ? []
      : [{ ...base, kind: 'update-listener', desired, listener, changes } as const]),
    ...memberSteps(members, desired.memberPort, observed, options),
  ];
}

function memberSteps(
  desired: DesiredMembers,
  port: number,
  observed: ObservedListener,
  { retryRefused }: PlanOptions,
): readonly Step[] {
  const { listener } = observed;
  const base = {
    slbId: listener.slbId,
    key: keyOf(listener),
    stage: 'serve',
    target: listener.listenerName,
  } as const;
  const { conflicts, add, change: changed, remove, retry } = planMembers(desired, port, observed);
  // If every member is in the way of a host, one goes last, so that the listener is never empty.
  const last = conflicts.length === observed.members.length ? conflicts.slice(0, 1) : [];
  const isBlocked = ({ serverId, serverIp }: Host): boolean =>
    last.some((member) => member.serverId === serverId || member.serverIp === serverIp);
  const steps = [
    { ...base, kind: 'remove-members', members: conflicts.slice(last.length) },
    { ...base, kind: 'add-members', hosts: add.filter((host) => !isBlocked(host)), port },
    { ...base, kind: 'remove-members', members: last },
    { ...base, kind: 'add-members', hosts: add.filter(isBlocked), port },
    { ...base, kind: 'update-members', members: changed, port },
    { ...base, kind: 'remove-members', members: remove },
    { ...base, kind: 'add-members', hosts: retryRefused ? retry : [], port },
  ] as const satisfies readonly Step[];
  return steps.filter((step) => ('hosts' in step ? step.hosts : step.members).length > 0);
}

function removal(listener: Listener, stage: Step['stage']): Step {
  return { kind: 'remove-listener', slbId: listener.slbId, key: keyOf(listener), stage, listener };
}

/** The node port of the listener's Service port; the port of the members if there is no such port, or it has no node port. */
function memberPortOf(
  service: Service,
  { listener, members }: ObservedListener,
): number | undefined {
  const ports = (service.spec?.ports ?? []).filter(({ nodePort = 0 }) => nodePort !== 0);
  const own = ports.find(
    ({ port, protocol = 'TCP' }) => portKey(protocol, port) === keyOf(listener),
  );
  const onNodePort = ports.find(
    ({ nodePort = 0, protocol = 'TCP' }) => portKey(protocol, nodePort) === keyOf(listener),
  );
  return own?.nodePort ?? onNodePort?.nodePort ?? members[0]?.port;
}

/** What differs between a listener and what it should be, in words. */
function changesOf(spec: ListenerSpec, actual: Listener, uid: string): string[] {
  const [wanted, found] = [comparable(spec), comparable(actual)];
  const changes = [...wanted].flatMap(([field, value]) =>
    found.get(field) === value ? [] : [`${field}: ${found.get(field) ?? 'none'} -> ${value}`],
  );
  // A name of version 0.1 is replaced by the next change; it is no reason for one.
  const isRenameAlone = changes.length === 1 && changes[0]?.startsWith('name: ') === true;
  return isRenameAlone && isLegacyNameOf(actual.listenerName, uid) ? [] : changes;
}

/** The fields that matter: the cloud may forget the rest of a check that is off or does not use HTTP. */
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

function keyOf({ protocol, port }: Pick<Listener, 'protocol' | 'port'>): string {
  return portKey(protocol, port);
}

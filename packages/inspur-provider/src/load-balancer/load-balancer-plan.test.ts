import type { Service } from '@k8s-ccm/cloud-provider';
import type { Listener } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { buildListener, buildSlb } from '../testing/cloud-fixtures.ts';
import { buildService, tcp, uidOf } from '../testing/service-fixtures.ts';
import { buildLoadBalancer } from './desired-load-balancer.ts';
import type { DesiredLoadBalancer } from './desired-load-balancer.ts';
import { changesMembersOnly, planLoadBalancer, planMembersAlone } from './load-balancer-plan.ts';
import type { LoadBalancerPlan } from './load-balancer-plan.ts';
import type { Observation, ObservedListener, ObservedMember, SeenSlb } from './observation.ts';
import { describePlan } from './planned-steps.ts';

const service = buildService({ annotations: { 'loadbalancer.inspur.com/is-healthcheck': '1' } });
const options = { uid: uidOf('a'), retryRefused: true };
const hosts = ['n1', 'n2'].map((name, index) => ({
  serverId: `ecs-${name}`,
  serverIp: `192.168.0.${index + 1}`,
  serverName: name,
}));
const all = { hosts, isComplete: true };

function desire(members = all): DesiredLoadBalancer {
  return buildLoadBalancer({ service, members, defaults: {} }).desired;
}

function memberOf(index: number, change: Partial<ObservedMember> = {}): ObservedMember {
  return {
    backendId: `backend-${index}`,
    serverId: `ecs-n${index}`,
    serverIp: `192.168.0.${index}`,
    port: 30080,
    weight: 10,
    ...change,
  };
}

const [wanted] = desire().listeners;
if (wanted === undefined) throw new Error('there is no listener');
const listener: Listener = { ...buildListener(), ...wanted.spec };
const name = listener.listenerName;
const check = listener.healthCheck;

function observed(change: Partial<ObservedListener> = {}): ObservedListener {
  return {
    listener,
    members: [memberOf(1), memberOf(2)],
    refused: new Map(),
    capacity: undefined,
    ...change,
  };
}

function seen(change: Partial<SeenSlb> = {}): SeenSlb {
  return { kind: 'seen', slbId: 'slb-1', slb: buildSlb(), owned: [], others: [], ...change };
}

function observe(...slbs: readonly SeenSlb[]): Observation {
  return {
    wanted: slbs[0],
    slbs: new Map(slbs.map((slb) => [slb.slbId, slb])),
    named: new Set(),
    certainty: 'proven',
  };
}

const inWords = (plan: LoadBalancerPlan): readonly string[] =>
  describePlan(plan).map(({ operation, target, detail }) => `${operation} ${target}: ${detail}`);

const stepsFor = (change: Partial<ObservedListener>, members = all): readonly string[] =>
  inWords(planLoadBalancer(desire(members), observe(seen({ owned: [observed(change)] })), options));

const withListener = (change: Partial<Listener>): readonly string[] =>
  stepsFor({ listener: { ...listener, ...change } });

describe('planLoadBalancer', () => {
  it('has nothing to do if everything is as it should be', () => {
    expect(stepsFor({})).toEqual([]);
  });

  it.each<[string, Partial<Listener>, string]>([
    ['the forward rule', { forwardRule: 'LC' }, 'forward rule: LC -> RR'],
    [
      'the name',
      { listenerName: 'k8s_a000000000004000_TCP_81' },
      'name: k8s_a000000000004000_TCP_81 -> k8s_a000000000004000_TCP_80',
    ],
    [
      'a check that is off',
      { healthCheck: { ...check, enabled: false } },
      'health check: off -> on; health check type: none -> tcp; health check port: none -> 0; health check period: none -> 30; health check timeout: none -> 1; health check tries: none -> 1',
    ],
    [
      'the check',
      { healthCheck: { ...check, maxTries: 5, type: 'http' } },
      'health check type: http -> tcp; health check tries: 5 -> 1',
    ],
    [
      'the name of version 0.1 along with something else',
      { listenerName: 'k8s_a0000000_TCP_80', forwardRule: 'LC' },
      'name: k8s_a0000000_TCP_80 -> k8s_a000000000004000_TCP_80; forward rule: LC -> RR',
    ],
  ])('changes %s in place', (_, change, detail) => {
    expect(withListener(change)).toEqual([
      `UpdateListener ${change.listenerName ?? name}: ${detail}`,
    ]);
  });

  it('does not change a listener only because it has its name of version 0.1', () => {
    expect(withListener({ listenerName: 'k8s_a0000000_TCP_80' })).toEqual([]);
  });

  it('ignores what the cloud says about the path of a TCP check', () => {
    expect(withListener({ healthCheck: { ...check, path: '', domain: 'x' } })).toEqual([]);
  });

  it('replaces a listener of another protocol on the port', () => {
    expect(withListener({ protocol: 'HTTP' })).toEqual([
      `DeleteListener ${name}: remove listener-1 from SLB "slb-1"`,
      `CreateListener ${name}: TCP port 80, to node port 30080`,
      `AddMembers ${name}: ecs-n1, ecs-n2`,
    ]);
  });

  it.each<[string, readonly ObservedMember[], readonly string[]]>([
    ['one is missing', [memberOf(1)], [`AddMembers ${name}: ecs-n2`]],
    ['one is too many', [memberOf(1), memberOf(2), memberOf(5)], [`RemoveMembers ${name}: ecs-n5`]],
    [
      'one is there twice',
      [memberOf(1), memberOf(2), memberOf(1, { backendId: 'twice' })],
      [`RemoveMembers ${name}: ecs-n1`],
    ],
    [
      'weight or port differ',
      [memberOf(1, { weight: 5, port: 1 }), memberOf(2)],
      [`UpdateMember ${name}: ecs-n1: port: 1 -> 30080; weight: 5 -> 10`],
    ],
    [
      'a server has another address',
      [memberOf(1, { serverIp: '192.168.9.9' }), memberOf(2)],
      [`RemoveMembers ${name}: ecs-n1`, `AddMembers ${name}: ecs-n1`],
    ],
    [
      'an address has another server',
      [memberOf(5, { serverIp: '192.168.0.1' }), memberOf(2)],
      [`RemoveMembers ${name}: ecs-n5`, `AddMembers ${name}: ecs-n1`],
    ],
    [
      'every server has another address',
      [memberOf(1, { serverIp: '192.168.9.1' }), memberOf(2, { serverIp: '192.168.9.2' })],
      [
        `RemoveMembers ${name}: ecs-n2`,
        `AddMembers ${name}: ecs-n2`,
        `RemoveMembers ${name}: ecs-n1`,
        `AddMembers ${name}: ecs-n1`,
      ],
    ],
    [
      'one leaves and one joins',
      [memberOf(1), memberOf(5)],
      [`AddMembers ${name}: ecs-n2`, `RemoveMembers ${name}: ecs-n5`],
    ],
  ])('brings members up to date if %s', (_, members, steps) => {
    expect(stepsFor({ members })).toEqual(steps);
  });

  it('removes no member that may belong to a Node whose server is unknown', () => {
    const members = [memberOf(1), memberOf(5)];
    expect(stepsFor({ members }, { hosts, isComplete: false })).toEqual([
      `AddMembers ${name}: ecs-n2`,
    ]);
    const inTheWay = [memberOf(1), memberOf(5, { serverIp: '192.168.0.2' })];
    expect(stepsFor({ members: inTheWay }, { hosts, isComplete: false })).toEqual([
      `RemoveMembers ${name}: ecs-n5`,
      `AddMembers ${name}: ecs-n2`,
    ]);
  });

  it('asks for members that the cloud refused last, and only if it is to retry', () => {
    const refused = new Map([['ecs-n1', { reason: 'no such server', tries: 1 }]]);
    const observation = observe(seen({ owned: [observed({ members: [memberOf(5)], refused })] }));
    const additions = (retryRefused: boolean): readonly string[] =>
      inWords(planLoadBalancer(desire(), observation, { ...options, retryRefused }));
    expect(additions(true)).toEqual([
      `AddMembers ${name}: ecs-n2`,
      `RemoveMembers ${name}: ecs-n5`,
      `AddMembers ${name}: ecs-n1`,
    ]);
    expect(additions(false)).toEqual([
      `AddMembers ${name}: ecs-n2`,
      `RemoveMembers ${name}: ecs-n5`,
    ]);
  });

  it('adds no more members than the quota allowed last, and asks for the others at the end', () => {
    const full = { members: [memberOf(5)], capacity: 1 };
    expect(stepsFor(full)).toEqual([
      `AddMembers ${name}: ecs-n1`,
      `RemoveMembers ${name}: ecs-n5`,
      `AddMembers ${name}: ecs-n2`,
    ]);
  });

  it('removes listeners of the Service that it does not ask for, and leaves those of others', () => {
    const unwanted = { ...listener, port: 81, listenerId: 'listener-2' };
    const observation = observe(
      seen({
        owned: [observed({ listener: unwanted })],
        others: [{ ...listener, listenerName: 'web', port: 443 }],
      }),
    );
    const { clashes, steps } = planLoadBalancer(desire(), observation, options);
    expect(steps.filter(({ kind }) => kind === 'remove-listener')).toMatchObject([
      { stage: 'retire', listener: unwanted },
    ]);
    expect(clashes).toEqual([]);
  });

  it('leaves other SLBs last', () => {
    const elsewhere = { ...listener, slbId: 'slb-2' };
    const other = seen({ slbId: 'slb-2', owned: [observed({ listener: elsewhere })] });
    const { steps } = planLoadBalancer(desire(), observe(seen(), other), options);
    expect(steps.map(({ kind, slbId, stage }) => `${stage} ${slbId} ${kind}`)).toEqual([
      'serve slb-1 create-listener',
      'serve slb-1 add-members',
      'leave slb-2 remove-listener',
    ]);
  });
});

describe('planMembersAlone', () => {
  const planFor = (asked: Service, change: Partial<ObservedListener> = {}): LoadBalancerPlan => {
    const strayed = { ...listener, forwardRule: 'LC', ...change.listener };
    const owned = [observed({ members: [memberOf(1)], ...change, listener: strayed })];
    return planMembersAlone(asked, all, observe(seen({ owned })), options);
  };

  it('brings members up to date and leaves listeners as they are', () => {
    const plan = planFor(service);
    expect(inWords(plan)).toEqual([`AddMembers ${name}: ecs-n2`]);
    expect(changesMembersOnly(plan)).toBe(true);
  });

  it.each([
    ['of the Service port', buildService({ ports: [tcp(80, 30090)] }), listener, 30090],
    ['itself', buildService({ ports: [tcp(81, 80)] }), listener, 80],
    ['of the present members', buildService({ ports: [] }), listener, 30080],
  ])('uses the node port %s', (_, asked, present, port) => {
    const { steps } = planFor(asked, { listener: present });
    expect(steps.find(({ kind }) => kind === 'add-members')).toMatchObject({ port });
  });

  it('does nothing for a listener whose node port is not known', () => {
    expect(planFor(buildService({ ports: [] }), { members: [] }).steps).toEqual([]);
  });
});

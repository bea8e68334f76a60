import type { Listener } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { buildNodes, buildService } from '../testing/service-fixtures.ts';
import { buildLoadBalancer } from './desired-load-balancer.ts';
import { isEmptyPlan, membersOnly, planLoadBalancer } from './load-balancer-plan.ts';
import { describePlan } from './planned-steps.ts';

const { desired } = buildLoadBalancer({
  service: buildService({ annotations: { 'loadbalancer.inspur.com/is-healthcheck': '1' } }),
  nodes: buildNodes(2),
  defaults: {},
});
const [wanted] = desired.listeners;
if (wanted === undefined) throw new Error('there is no listener');

const listener: Listener = {
  ...wanted.spec,
  slbId: 'slb-1',
  listenerId: 'listener-1',
  certificateId: '',
};
const members = desired.hosts.map(({ serverId, serverIp }, index) => ({
  backendId: `backend-${index}`,
  serverId,
  serverIp,
  port: 30080,
  weight: 10,
}));
const [first, second] = members;
if (first === undefined || second === undefined) throw new Error('there are no members');

const stepsFor = (actual: Partial<Listener>, actualMembers = members): readonly string[] => {
  const owned = [{ listener: { ...listener, ...actual }, members: actualMembers }];
  const plan = planLoadBalancer(desired, { slbId: 'slb-1', owned, others: [] });
  const steps = describePlan(plan);
  expect(isEmptyPlan(plan)).toBe(steps.length === 0);
  return steps.map(({ operation, target, detail }) => `${operation} ${target}: ${detail}`);
};

const name = 'k8s_a0000000_TCP_80';
const check = listener.healthCheck;

describe('planLoadBalancer', () => {
  it('has nothing to do where all is as it should be', () => {
    expect(stepsFor({})).toEqual([]);
  });

  it.each([
    ['the forward rule', { forwardRule: 'LC' }, 'forward rule: LC -> RR'],
    [
      'the name',
      { listenerName: 'k8s_a0000000_TCP_81' },
      'name: k8s_a0000000_TCP_81 -> k8s_a0000000_TCP_80',
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
  ])('changes %s in place', (_, actual, detail) => {
    expect(stepsFor(actual)).toEqual([`UpdateListener ${name}: ${detail}`]);
  });

  it('does not mind what the cloud says of the path of a TCP check', () => {
    expect(stepsFor({ healthCheck: { ...check, path: '', domain: 'x' } })).toEqual([]);
  });

  it('replaces a listener of another protocol on the port', () => {
    expect(stepsFor({ protocol: 'HTTP' })).toEqual([
      `DeleteListener ${name}: remove listener-1 from SLB "slb-1"`,
      `CreateListener ${name}: TCP port 80, to node port 30080`,
      `AddMembers ${name}: ecs-n1, ecs-n2`,
    ]);
  });

  it.each([
    ['one is missing', [first], [`AddMembers ${name}: ecs-n2`]],
    ['one is too many', [...members, { ...first, serverId: 'x' }], [`RemoveMembers ${name}: x`]],
    [
      'one is there twice',
      [...members, { ...first, backendId: 'twice' }],
      [`RemoveMembers ${name}: ecs-n1`],
    ],
    [
      'weight or port are others',
      [{ ...first, weight: 5, port: 1 }, second],
      [`UpdateMember ${name}: ecs-n1: port: 1 -> 30080; weight: 5 -> 10`],
    ],
    [
      'the address is another',
      [{ ...first, serverIp: '192.168.9.9' }, second],
      [`RemoveMembers ${name}: ecs-n1`, `AddMembers ${name}: ecs-n1`],
    ],
  ])('brings members up to date where %s', (_, actual, steps) => {
    expect(stepsFor({}, actual)).toEqual(steps);
  });

  it('removes listeners of ours that are not wanted, and leaves others alone', () => {
    const plan = planLoadBalancer(desired, {
      slbId: 'slb-1',
      owned: [{ listener: { ...listener, port: 81, listenerId: 'listener-2' }, members }],
      others: [{ ...listener, listenerName: 'web', port: 443 }],
    });
    expect(plan.remove.map(({ listenerId }) => listenerId)).toEqual(['listener-2']);
    expect(plan.clashes).toEqual([]);
  });

  it('has a part that leaves listeners as they are', () => {
    const plan = planLoadBalancer(desired, {
      slbId: 'slb-1',
      owned: [
        { listener: { ...listener, forwardRule: 'LC' }, members: [first] },
        { listener: { ...listener, port: 81 }, members },
      ],
      others: [],
    });
    expect(describePlan(membersOnly(plan)).map(({ operation }) => operation)).toEqual([
      'AddMembers',
    ]);
    const creation = planLoadBalancer(desired, { slbId: 'slb-1', owned: [], others: [] });
    expect(describePlan(membersOnly(creation))).toEqual([]);
  });
});

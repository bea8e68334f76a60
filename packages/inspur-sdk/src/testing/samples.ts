import type { CallOptions } from '../call/call-options.ts';
import type { AddedMembers, MemberSpec } from '../slb/member.ts';
import type { ListenerSpec, SlbClient } from '../slb/slb.ts';

/** A load balancer in the wire format. */
export const wireSlb = {
  regionId: 'cn-north-3',
  createdTime: '2026-01-02 03:04:05',
  expiredTime: null,
  specificationId: 'spec-1',
  specificationName: 'small',
  slbId: 'slb-1',
  slbName: 'front',
  scheme: 'internet-facing',
  businessIp: '10.0.0.8',
  vpcId: 'vpc-1',
  vpcName: 'net',
  subnetId: 'subnet-1',
  eipId: 'eip-1',
  eipAddress: '203.0.113.8',
  listenerCount: 2,
  slbType: 'shared',
  state: 'active',
  userId: 'user-1',
};

/** Spec of a listener. */
export const listenerSpec: ListenerSpec = {
  listenerName: 'k8s_0a1b2c3d_tcp_80',
  protocol: 'TCP',
  port: 80,
  forwardRule: 'WRR',
  healthCheck: {
    enabled: true,
    type: 'http',
    port: 8080,
    periodSeconds: 30,
    timeoutSeconds: 2,
    maxTries: 3,
    domain: 'shop.example',
    path: '/healthz',
  },
};

/** The listener of {@link listenerSpec} in the wire format. */
export const wireListener = {
  slbId: 'slb-1',
  listenerId: 'listener-1',
  listenerName: 'k8s_0a1b2c3d_tcp_80',
  protocol: 'TCP',
  port: 80,
  forwardRule: 'WRR',
  isHealthCheck: '1',
  typeHealthCheck: 'http',
  portHealthCheck: 8080,
  periodHealthCheck: 30,
  timeoutHealthCheck: 2,
  maxHealthCheck: 3,
  domainHealthCheck: 'shop.example',
  pathHealthCheck: '/healthz',
};

/** Spec of a member. */
export const memberSpec: MemberSpec = {
  serverId: 'server-1',
  serverName: 'node-1',
  serverIp: '10.0.1.1',
  port: 30080,
  type: 'ECS',
  weight: 10,
};

/** Spec of another member. */
export const otherMemberSpec: MemberSpec = {
  ...memberSpec,
  serverId: 'server-2',
  serverName: 'node-2',
  serverIp: '10.0.1.2',
};

/** The member of {@link memberSpec} in the wire format. */
export const wireMember = { ...memberSpec, backendId: 'backend-1', listenerId: 'listener-1' };

/** The member of {@link otherMemberSpec} in the wire format. */
export const otherWireMember = {
  ...otherMemberSpec,
  backendId: 'backend-2',
  listenerId: 'listener-1',
};

/** Adds members to listener-1 of slb-1. Throws the first failure, if any. */
export async function addOrThrow(
  slb: SlbClient,
  members: readonly MemberSpec[],
  options?: CallOptions,
): Promise<AddedMembers> {
  const result = await slb.members.add('slb-1', 'listener-1', members, options);
  for (const { error } of result.failures) throw error;
  return result;
}

import { isIP } from 'node:net';
import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';
import type { Eip, Listener, LoadBalancer, Member, Route, RouteTable, Server } from './wire.ts';
import { forwardRules, listenerProtocols, memberTypes, schemes, slbStates } from './wire.ts';

/** Defaults for the objects of a seed. */
export interface SeedDefaults {
  /** Region of objects that name none. */
  readonly region: string;
  /** Owner of load balancers that name none. */
  readonly userId: string;
}

const time = '2020-01-01T00:00:00Z';

/** Defaults of omitted health check fields, for creation and change: the check is disabled. */
export const healthCheckDefaults = {
  isHealthCheck: '0',
  typeHealthCheck: 'tcp',
  portHealthCheck: 0,
  periodHealthCheck: 5,
  timeoutHealthCheck: 3,
  maxHealthCheck: 3,
  domainHealthCheck: '',
  pathHealthCheck: '',
} as const;

/** Fields of a listener that requests and seeds have in common. All are required, so that omitted fields are reset. */
export type ListenerFields = Omit<Listener, 'slbId' | 'listenerId'>;

/** Fields of a member that requests and seeds have in common. */
export type MemberFields = Omit<Member, 'backendId' | 'listenerId'>;

/** Reads a load balancer. Only `slbId` is required. */
export function readLoadBalancer(
  value: unknown,
  where: string,
  defaults: SeedDefaults,
): LoadBalancer {
  const fields = new Fields(value, where, refuseControlInput);
  const slbId = fields.string('slbId');
  const specificationId = fields.string('specificationId', 'slb.small');
  return {
    ...fields.values,
    regionId: fields.string('regionId', defaults.region),
    createdTime: fields.string('createdTime', time),
    expiredTime: fields.string('expiredTime', ''),
    specificationId,
    specificationName: fields.string('specificationName', specificationId),
    slbId,
    slbName: fields.string('slbName', slbId),
    scheme: fields.choice('scheme', schemes, 'internal'),
    businessIp: fields.string('businessIp', ''),
    vpcId: fields.string('vpcId', ''),
    vpcName: fields.string('vpcName', ''),
    subnetId: fields.string('subnetId', ''),
    eipId: fields.string('eipId', ''),
    eipAddress: fields.string('eipAddress', ''),
    listenerCount: 0,
    slbType: fields.string('slbType', 'application'),
    state: fields.choice('state', slbStates, 'active'),
    userId: fields.string('userId', defaults.userId) || defaults.userId,
  };
}

/** Reads a listener of a seed. */
export function readListener(value: unknown, where: string): Listener {
  const fields = new Fields(value, where, refuseControlInput);
  const listenerId = fields.string('listenerId');
  return {
    ...fields.values,
    slbId: fields.string('slbId'),
    listenerId,
    ...readListenerFields(fields, { listenerName: listenerId, forwardRule: 'RR' }),
  };
}

/**
 * Reads the fields of a listener that requests and seeds have in common. Omitted fields get their default, never the
 * previous value (inspur-api.md#slb-behavior: a PUT contains the whole listener).
 * @param fallback values for fields that are otherwise required
 */
export function readListenerFields(
  fields: Fields,
  fallback: { readonly listenerName?: string; readonly forwardRule?: 'RR' } = {},
): ListenerFields {
  const off = healthCheckDefaults;
  const isHealthCheck = fields.choice('isHealthCheck', ['0', '1'], off.isHealthCheck);
  const least = isHealthCheck === '1' ? 1 : 0;
  const protocol = fields.choice('protocol', listenerProtocols);
  const certificateId = fields.string('certificateId', '');
  return {
    listenerName: fields.string('listenerName', fallback.listenerName),
    protocol,
    port: fields.integer('port', 1, 65_535),
    forwardRule: fields.choice('forwardRule', forwardRules, fallback.forwardRule),
    isHealthCheck,
    typeHealthCheck: fields.choice('typeHealthCheck', ['tcp', 'http'], off.typeHealthCheck),
    portHealthCheck: fields.integer('portHealthCheck', 0, 65_535, off.portHealthCheck),
    periodHealthCheck: fields.integer('periodHealthCheck', least, Infinity, off.periodHealthCheck),
    timeoutHealthCheck: fields.integer(
      'timeoutHealthCheck',
      least,
      Infinity,
      off.timeoutHealthCheck,
    ),
    maxHealthCheck: fields.integer('maxHealthCheck', least, Infinity, off.maxHealthCheck),
    domainHealthCheck: fields.string('domainHealthCheck', off.domainHealthCheck),
    pathHealthCheck: fields.string('pathHealthCheck', off.pathHealthCheck),
    ...(protocol === 'HTTPS' ? { certificateId } : {}),
  };
}

/** Reads a member of a seed. */
export function readMember(value: unknown, where: string): Member {
  const fields = new Fields(value, where, refuseControlInput);
  return {
    ...fields.values,
    backendId: fields.string('backendId'),
    listenerId: fields.string('listenerId'),
    ...readMemberFields(fields),
  };
}

/** Reads the fields of a member that requests and seeds have in common. */
export function readMemberFields(fields: Fields): MemberFields {
  const serverIp = fields.string('serverIp');
  if (isIP(serverIp) === 0) throw fields.refuse('serverIp', 'an IP address');
  return {
    serverId: fields.string('serverId'),
    port: fields.integer('port', 1, 65_535),
    serverName: fields.string('serverName', ''),
    serverIp,
    type: fields.choice('type', memberTypes, 'ECS'),
    weight: fields.integer('weight', 0, Infinity, 10),
  };
}

/** Reads a server. Only `serverId` is required. */
export function readServer(value: unknown, where: string, defaults: SeedDefaults): Server {
  const fields = new Fields(value, where, refuseControlInput);
  const serverId = fields.string('serverId');
  const serverName = fields.string('serverName', serverId);
  return {
    ...fields.values,
    serverId,
    serverName,
    hostName: fields.string('hostName', serverName),
    status: fields.string('status', 'active'),
    flavorName: fields.string('flavorName', 'ecs.small'),
    regionId: fields.string('regionId', defaults.region),
    availabilityZone: fields.string('availabilityZone', `${defaults.region}a`),
    vpcId: fields.string('vpcId', ''),
    subnetId: fields.string('subnetId', ''),
    privateIps: fields.strings('privateIps', []),
    eipAddress: fields.string('eipAddress', ''),
    ipv6Addresses: fields.strings('ipv6Addresses', []),
    tags: fields.tags('tags'),
  };
}

/** Reads a public address. Only `eipId` is required. */
export function readEip(value: unknown, where: string): Eip {
  const fields = new Fields(value, where, refuseControlInput);
  return {
    ...fields.values,
    eipId: fields.string('eipId'),
    eipAddress: fields.string('eipAddress', ''),
    bandwidth: fields.integer('bandwidth', 0, Infinity, 5),
    chargeType: fields.string('chargeType', 'bandwidth'),
    status: fields.string('status', 'active'),
    bindResourceId: fields.string('bindResourceId', ''),
    bindResourceType: fields.string('bindResourceType', ''),
    tags: fields.tags('tags'),
  };
}

/** Reads a route of a seed. */
export function readRoute(value: unknown, where: string): Route {
  const fields = new Fields(value, where, refuseControlInput);
  return {
    ...fields.values,
    routeId: fields.string('routeId'),
    routeTableId: fields.string('routeTableId', ''),
    destination: fields.string('destination'),
    nextHopType: fields.string('nextHopType', 'ECS'),
    nextHopId: fields.string('nextHopId'),
    description: fields.string('description', ''),
  };
}

/** Reads a route table. Only `routeTableId` is required. */
export function readRouteTable(value: unknown, where: string): RouteTable {
  const fields = new Fields(value, where, refuseControlInput);
  const routeTableId = fields.string('routeTableId');
  return {
    ...fields.values,
    routeTableId,
    routeTableName: fields.string('routeTableName', routeTableId),
    vpcId: fields.string('vpcId', ''),
  };
}

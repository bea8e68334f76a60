/** A load balancer as the SLB API writes it (inspur-api.md#slb-objects). Strings are empty where there is nothing to say. */
export interface LoadBalancer {
  readonly regionId: string;
  readonly createdTime: string;
  readonly expiredTime: string;
  readonly specificationId: string;
  readonly specificationName: string;
  readonly slbId: string;
  readonly slbName: string;
  readonly scheme: Scheme;
  /** The private address. */
  readonly businessIp: string;
  readonly vpcId: string;
  readonly vpcName: string;
  readonly subnetId: string;
  readonly eipId: string;
  /** The public address, empty where none is bound. */
  readonly eipAddress: string;
  readonly listenerCount: number;
  readonly slbType: string;
  readonly state: SlbState;
  /** The account that owns it. */
  readonly userId: string;
}

/** Where a load balancer can be reached from. */
export type Scheme = 'internet-facing' | 'internal';

/** The allowed values of {@link LoadBalancer.scheme}. */
export const schemes: readonly Scheme[] = ['internet-facing', 'internal'];

/** Life of a load balancer; usable when `active` (inspur-api.md#slb-objects, assumed). */
export type SlbState = 'creating' | 'active' | 'error' | 'deleting';

/** The allowed values of {@link LoadBalancer.state}. */
export const slbStates: readonly SlbState[] = ['creating', 'active', 'error', 'deleting'];

/** A listener as the SLB API answers it. */
export interface Listener {
  readonly slbId: string;
  readonly listenerId: string;
  readonly listenerName: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly forwardRule: ForwardRule;
  readonly isHealthCheck: '0' | '1';
  readonly typeHealthCheck: 'tcp' | 'http';
  /** 0 means the member's own port. */
  readonly portHealthCheck: number;
  /** Seconds. */
  readonly periodHealthCheck: number;
  /** Seconds. */
  readonly timeoutHealthCheck: number;
  /** Tries. */
  readonly maxHealthCheck: number;
  readonly domainHealthCheck: string;
  readonly pathHealthCheck: string;
  /** Only on HTTPS listeners. */
  readonly certificateId?: string;
}

/** What a listener speaks. HTTP and HTTPS share TCP's port space, UDP has its own. */
export type ListenerProtocol = 'TCP' | 'UDP' | 'HTTP' | 'HTTPS';

/** The allowed values of {@link Listener.protocol}. */
export const listenerProtocols: readonly ListenerProtocol[] = ['TCP', 'UDP', 'HTTP', 'HTTPS'];

/** How a listener picks a member. */
export type ForwardRule = 'RR' | 'WRR' | 'LC';

/** The allowed values of {@link Listener.forwardRule}. */
export const forwardRules: readonly ForwardRule[] = ['RR', 'WRR', 'LC'];

/** A backend of a listener as the SLB API answers it. */
export interface Member {
  readonly backendId: string;
  readonly listenerId: string;
  readonly serverId: string;
  readonly port: number;
  readonly serverName: string;
  readonly serverIp: string;
  readonly type: MemberType;
  readonly weight: number;
}

/** What stands behind a member; `POD` is only known from its error code `107.004404`. */
export type MemberType = 'ECS' | 'POD';

/** The allowed values of {@link Member.type}. */
export const memberTypes: readonly MemberType[] = ['ECS', 'POD'];

/** A server as the ECS API answers it (inspur-api.md#ecs, names assumed). */
export interface Server {
  readonly serverId: string;
  readonly serverName: string;
  readonly hostName: string;
  /** One of some twenty documented values; any text is accepted. */
  readonly status: string;
  readonly flavorName: string;
  readonly regionId: string;
  readonly availabilityZone: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly privateIps: readonly string[];
  readonly eipAddress: string;
  readonly ipv6Addresses: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A public address as the EIP API answers it (inspur-api.md#eip, assumed). */
export interface Eip {
  readonly eipId: string;
  readonly eipAddress: string;
  /** Mbit/s. */
  readonly bandwidth: number;
  readonly chargeType: string;
  readonly status: string;
  /** Empty where it is bound to nothing. */
  readonly bindResourceId: string;
  readonly bindResourceType: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A route as the VPC API answers it (inspur-api.md#vpc). */
export interface Route {
  readonly routeId: string;
  readonly routeTableId: string;
  /** CIDR. */
  readonly destination: string;
  readonly nextHopType: string;
  readonly nextHopId: string;
  readonly description: string;
}

/** A table of routes (inspur-api.md#vpc, assumed). No operation shows it; a route that names one that is not there is refused. */
export interface RouteTable {
  readonly routeTableId: string;
  readonly routeTableName: string;
  readonly vpcId: string;
}

/** Everything the emulated cloud holds, in wire form; each array is ordered by id. */
export interface CloudSnapshot {
  readonly slbs: readonly LoadBalancer[];
  readonly listeners: readonly Listener[];
  readonly members: readonly Member[];
  readonly servers: readonly Server[];
  readonly eips: readonly Eip[];
  readonly routes: readonly Route[];
  readonly routeTables: readonly RouteTable[];
}

/**
 * What a seed may say: wire objects that need only their ids (`slbId`; `listenerId`, `slbId`, `protocol`, `port`;
 * `backendId`, `listenerId`, `serverId`, `port`, `serverIp`; …). The rest has defaults, fields not known here are kept.
 */
export interface CloudSeed {
  readonly slbs?: readonly Partial<LoadBalancer>[];
  readonly listeners?: readonly Partial<Listener>[];
  readonly members?: readonly Partial<Member>[];
  readonly servers?: readonly Partial<Server>[];
  readonly eips?: readonly Partial<Eip>[];
  readonly routes?: readonly Partial<Route>[];
  readonly routeTables?: readonly Partial<RouteTable>[];
}

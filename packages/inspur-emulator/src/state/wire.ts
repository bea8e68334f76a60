/** A load balancer in the SLB API (inspur-api.md#slb-objects). Fields without a value are empty. */
export interface LoadBalancer {
  readonly regionId: string;
  readonly createdTime: string;
  readonly expiredTime: string;
  readonly specificationId: string;
  readonly specificationName: string;
  readonly slbId: string;
  readonly slbName: string;
  readonly scheme: Scheme;
  /** Private IP address. */
  readonly businessIp: string;
  readonly vpcId: string;
  readonly vpcName: string;
  readonly subnetId: string;
  readonly eipId: string;
  /** Public IP address; empty if no EIP is bound. */
  readonly eipAddress: string;
  readonly listenerCount: number;
  readonly slbType: string;
  readonly state: SlbState;
  /** User ID of the owner. */
  readonly userId: string;
}

/** Reachability of a load balancer. */
export type Scheme = 'internet-facing' | 'internal';

/** Allowed values of {@link LoadBalancer.scheme}. */
export const schemes: readonly Scheme[] = ['internet-facing', 'internal'];

/** State of a load balancer, which is usable if it is `active` (inspur-api.md#slb-objects, assumed). */
export type SlbState = 'creating' | 'active' | 'error' | 'deleting';

/** Allowed values of {@link LoadBalancer.state}. */
export const slbStates: readonly SlbState[] = ['creating', 'active', 'error', 'deleting'];

/** A listener in responses of the SLB API. */
export interface Listener {
  readonly slbId: string;
  readonly listenerId: string;
  readonly listenerName: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly forwardRule: ForwardRule;
  readonly isHealthCheck: '0' | '1';
  readonly typeHealthCheck: 'tcp' | 'http';
  /** Port to check; 0 means the member's port. */
  readonly portHealthCheck: number;
  /** Period in seconds. */
  readonly periodHealthCheck: number;
  /** Timeout in seconds. */
  readonly timeoutHealthCheck: number;
  /** Maximum number of tries. */
  readonly maxHealthCheck: number;
  readonly domainHealthCheck: string;
  readonly pathHealthCheck: string;
  /** Only for HTTPS listeners. */
  readonly certificateId?: string;
}

/** Protocol of a listener. HTTP and HTTPS share the port space of TCP; UDP has its own. */
export type ListenerProtocol = 'TCP' | 'UDP' | 'HTTP' | 'HTTPS';

/** Allowed values of {@link Listener.protocol}. */
export const listenerProtocols: readonly ListenerProtocol[] = ['TCP', 'UDP', 'HTTP', 'HTTPS'];

/** Load balancing algorithm of a listener. */
export type ForwardRule = 'RR' | 'WRR' | 'LC';

/** Allowed values of {@link Listener.forwardRule}. */
export const forwardRules: readonly ForwardRule[] = ['RR', 'WRR', 'LC'];

/** A member of a listener in responses of the SLB API. */
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

/** Type of a member. `POD` is known only from its error code `107.004404`. */
export type MemberType = 'ECS' | 'POD';

/** Allowed values of {@link Member.type}. */
export const memberTypes: readonly MemberType[] = ['ECS', 'POD'];

/** A server in responses of the ECS API (inspur-api.md#ecs, names assumed). */
export interface Server {
  readonly serverId: string;
  readonly serverName: string;
  readonly hostName: string;
  /** One of about twenty documented values. Any text is accepted. */
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

/** A public address in responses of the EIP API (inspur-api.md#eip, assumed). */
export interface Eip {
  readonly eipId: string;
  readonly eipAddress: string;
  /** Bandwidth in Mbit/s. */
  readonly bandwidth: number;
  readonly chargeType: string;
  readonly status: string;
  /** Empty if it is not bound. */
  readonly bindResourceId: string;
  readonly bindResourceType: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A route in responses of the VPC API (inspur-api.md#vpc). */
export interface Route {
  readonly routeId: string;
  readonly routeTableId: string;
  /** Destination CIDR. */
  readonly destination: string;
  readonly nextHopType: string;
  readonly nextHopId: string;
  readonly description: string;
}

/** A route table (inspur-api.md#vpc, assumed). No operation returns it. Routes of unknown tables are refused. */
export interface RouteTable {
  readonly routeTableId: string;
  readonly routeTableName: string;
  readonly vpcId: string;
}

/** The whole state of the emulated cloud in the wire format, with each array ordered by ID. */
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
 * Initial state of the cloud. Objects have the wire format and require only their IDs and references (`slbId`;
 * `listenerId`, `slbId`, `protocol`, `port`; `backendId`, `listenerId`, `serverId`, `port`, `serverIp`; …). Other
 * fields have defaults. Unknown fields are kept.
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

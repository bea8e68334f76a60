import type { CallOptions } from '../call/call-options.ts';
import type { MemberClient } from './member.ts';

/** A server load balancer, as the cloud describes it. Fields that the cloud omits are empty. See inspur-api.md#slb. */
export interface Slb {
  readonly slbId: string;
  readonly slbName: string;
  readonly regionId: string;
  /** `internet-facing` or `internal`. Unknown values are passed through. */
  readonly scheme: string;
  /** Private IP address. */
  readonly businessIp: string;
  readonly vpcId: string;
  readonly vpcName: string;
  readonly subnetId: string;
  readonly eipId: string;
  /** Public IP address. */
  readonly eipAddress: string;
  /** Number of listeners; `undefined` if the cloud omits it. */
  readonly listenerCount: number | undefined;
  readonly slbType: string;
  readonly specificationId: string;
  readonly specificationName: string;
  readonly chargeType: string;
  /** `active` if the load balancer is usable. Other known values, all assumed: `creating`, `error`, `deleting`. Unknown values are passed through. */
  readonly state: string;
  readonly userId: string;
  /** Time of creation, in the undocumented format of the cloud. */
  readonly createdTime: string;
  /** Time of expiration, in the undocumented format of the cloud. */
  readonly expiredTime: string;
}

/** The load balancers that the account can see. */
export interface SlbList {
  /** Each load balancer once. If the list is not complete, this includes those that only an earlier pass found. */
  readonly slbs: readonly Slb[];
  /**
   * Whether the list is proven to be complete: two passes over all pages found the same load balancers, or the cloud does
   * not page and did not cut the list at a round number. If false, a load balancer that is not in the list may exist. The
   * proof covers only what the account is allowed to see: a cloud that revoked a permission may return an empty list.
   */
  readonly complete: boolean;
  /** Number of pages read in all passes. */
  readonly calls: number;
}

/** The desired state of a load balancer. The request body is assumed. */
export interface SlbSpec {
  /** Must be unique within the account: after an unknown outcome, the new load balancer is found by its name. */
  readonly slbName: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly subnetId: string;
  readonly specificationId: string;
  readonly chargeType: string;
  readonly eipId?: string;
}

/** The protocol of a listener. */
export type ListenerProtocol = 'TCP' | 'UDP' | 'HTTP' | 'HTTPS';

/** The load balancing algorithm of a listener: round robin, weighted round robin, or least connections. */
export type ForwardRule = 'RR' | 'WRR' | 'LC';

/** The health check that a listener performs on its members. */
export interface HealthCheck {
  readonly enabled: boolean;
  readonly type: 'tcp' | 'http';
  /** Port to check; 0 means the member's port. */
  readonly port: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxTries: number;
  /** Host header of an HTTP check; empty means no header. */
  readonly domain: string;
  readonly path: string;
}

/** The desired state of a listener. An update sends all fields. */
export interface ListenerSpec {
  readonly listenerName: string;
  readonly protocol: ListenerProtocol;
  /** 1–65535. TCP and UDP have separate port spaces. */
  readonly port: number;
  readonly forwardRule: ForwardRule;
  readonly healthCheck: HealthCheck;
  /** Certificate of an HTTPS listener. The field's name is assumed. */
  readonly certificateId?: string;
}

/** A listener, as the cloud describes it. Unknown values are passed through. */
export interface Listener {
  readonly slbId: string;
  readonly listenerId: string;
  readonly listenerName: string;
  /** A {@link ListenerProtocol}, or another value that the cloud supports. */
  readonly protocol: string;
  readonly port: number;
  /** A {@link ForwardRule}, or another value that the cloud supports. */
  readonly forwardRule: string;
  /** Fields that the cloud omits have defaults: type `tcp`, numbers 0, strings empty. */
  readonly healthCheck: ListenerHealthCheck;
  /** Empty if the listener has no certificate. */
  readonly certificateId: string;
}

/** The health check of a listener, as the cloud describes it. */
export interface ListenerHealthCheck extends Omit<HealthCheck, 'type'> {
  /** `tcp`, `http`, or another value that the cloud supports. */
  readonly type: string;
}

/**
 * Client for the Server Load Balancer API. See inspur-api.md#slb.
 *
 * Every method throws `CloudApiError` (the cloud refused the request), `CloudTransportError`, `CloudTimeoutError`,
 * `CloudDecodeError`, or the reason of the caller's signal. Requests that are safe to repeat are retried. A request that
 * creates an object is retried only if it certainly did not reach the cloud, or after the client has verified that the
 * object does not exist.
 */
export interface SlbClient {
  /** Members of listeners. */
  readonly members: MemberClient;

  /**
   * Gets a load balancer. If it does not exist, throws a `CloudApiError` for which `isSlbNotFound` returns true. The
   * absence is proven by the cloud's error code, by an empty list, or, if the cloud ignores the filter, by a complete list
   * of all load balancers. If that list is not complete, throws a `CloudDecodeError`: it is not known whether the load
   * balancer exists.
   */
  getLoadBalancer(slbId: string, options?: CallOptions): Promise<Slb>;
  /** Lists the load balancers of the account. If `name` is given, lists only those with exactly this name. */
  listLoadBalancers(filter?: { readonly name?: string }, options?: CallOptions): Promise<SlbList>;
  /** Creates a load balancer. It is usable when its `state` is `active`. */
  createLoadBalancer(spec: SlbSpec, options?: CallOptions): Promise<Slb>;
  renameLoadBalancer(slbId: string, slbName: string, options?: CallOptions): Promise<void>;
  deleteLoadBalancer(slbId: string, options?: CallOptions): Promise<void>;
  /** Binds an EIP to a load balancer. The path is assumed. */
  bindEip(slbId: string, eipId: string, options?: CallOptions): Promise<void>;
  /** Unbinds the EIP from a load balancer without releasing it. The path is assumed. */
  unbindEip(slbId: string, options?: CallOptions): Promise<void>;

  /** Lists all listeners of a load balancer. The API does not page them: a listener that is not in the list does not exist. */
  listListeners(slbId: string, options?: CallOptions): Promise<readonly Listener[]>;
  getListener(slbId: string, listenerId: string, options?: CallOptions): Promise<Listener>;
  /** Creates a listener. After an unknown outcome, a listener with the same name, protocol, and port is assumed to be the requested one. */
  createListener(slbId: string, spec: ListenerSpec, options?: CallOptions): Promise<Listener>;
  /** Replaces all settings of a listener. Its ID and members do not change. */
  updateListener(
    slbId: string,
    listenerId: string,
    spec: ListenerSpec,
    options?: CallOptions,
  ): Promise<Listener>;
  deleteListener(slbId: string, listenerId: string, options?: CallOptions): Promise<void>;
}

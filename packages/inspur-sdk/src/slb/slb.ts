import type { CallOptions } from '../call/call-options.ts';

/** A server load balancer, as the cloud describes it. Strings are empty where the cloud gives none. See inspur-api.md#slb. */
export interface Slb {
  readonly slbId: string;
  readonly slbName: string;
  readonly regionId: string;
  /** `internet-facing` or `internal`; a value that is not known here comes as it is. */
  readonly scheme: string;
  /** The private address. */
  readonly businessIp: string;
  readonly vpcId: string;
  readonly vpcName: string;
  readonly subnetId: string;
  readonly eipId: string;
  /** The public address. */
  readonly eipAddress: string;
  /** `undefined` where the cloud does not say. */
  readonly listenerCount: number | undefined;
  readonly slbType: string;
  readonly specificationId: string;
  readonly specificationName: string;
  readonly chargeType: string;
  /** `active` when usable; assumed besides: `creating`, `error`, `deleting`. An unknown one comes as it is. */
  readonly state: string;
  readonly userId: string;
  /** As the cloud writes it; its form is not documented. */
  readonly createdTime: string;
  /** As the cloud writes it; its form is not documented. */
  readonly expiredTime: string;
}

/** The load balancers that the account shows. */
export interface SlbList {
  /** Each load balancer once. If the list is not complete, also those that only an earlier pass found. */
  readonly slbs: readonly Slb[];
  /**
   * Whether it is proven that nothing is missing: two passes over all pages found the same, or the cloud does not page
   * and its list is not cut at a round number. If false, a load balancer that is not in the list may exist. The proof is
   * only about what the account is shown: a cloud that took a permission away may show an empty list.
   */
  readonly complete: boolean;
  /** Pages that were read, in all passes. */
  readonly calls: number;
}

/** What a load balancer is made of. The request body is assumed. */
export interface SlbSpec {
  /** Must be unique within the account: after an unknown outcome it is how the new one is found. */
  readonly slbName: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly subnetId: string;
  readonly specificationId: string;
  readonly chargeType: string;
  readonly eipId?: string;
}

/** The protocols of a listener. */
export type ListenerProtocol = 'TCP' | 'UDP' | 'HTTP' | 'HTTPS';

/** How a listener spreads connections: round robin, weighted round robin, least connections. */
export type ForwardRule = 'RR' | 'WRR' | 'LC';

/** How a listener finds out which members are well. */
export interface HealthCheck {
  readonly enabled: boolean;
  readonly type: 'tcp' | 'http';
  /** 0 = the member's port. */
  readonly port: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxTries: number;
  /** Host header of an HTTP check; empty = none. */
  readonly domain: string;
  readonly path: string;
}

/** What a listener is to be. A change sends the whole of it. */
export interface ListenerSpec {
  readonly listenerName: string;
  readonly protocol: ListenerProtocol;
  /** 1–65535; TCP and UDP are different spaces. */
  readonly port: number;
  readonly forwardRule: ForwardRule;
  readonly healthCheck: HealthCheck;
  /** Certificate of an HTTPS listener. The field's name is assumed. */
  readonly certificateId?: string;
}

/** A listener, as the cloud describes it. Values that are not known here come as they are. */
export interface Listener {
  readonly slbId: string;
  readonly listenerId: string;
  readonly listenerName: string;
  /** A {@link ListenerProtocol}, unless the cloud knows more. */
  readonly protocol: string;
  readonly port: number;
  /** A {@link ForwardRule}, unless the cloud knows more. */
  readonly forwardRule: string;
  /** Where the cloud leaves a field out: type `tcp`, numbers 0, strings empty. */
  readonly healthCheck: ListenerHealthCheck;
  /** Empty where none. */
  readonly certificateId: string;
}

/** The health check of a listener, as the cloud describes it. */
export interface ListenerHealthCheck extends Omit<HealthCheck, 'type'> {
  /** `tcp` or `http`, unless the cloud knows more. */
  readonly type: string;
}

/** What a member of a listener is to be. */
export interface MemberSpec {
  /** Id of the ECS server. */
  readonly serverId: string;
  readonly serverName: string;
  readonly serverIp: string;
  readonly port: number;
  /** `ECS`. */
  readonly type: string;
  readonly weight: number;
}

/** A member of a listener, as the cloud describes it. */
export interface Member extends MemberSpec {
  readonly backendId: string;
  readonly listenerId: string;
}

/** What became of members that were to be added. */
export interface AddedMembers {
  /** Those that are members now, as they were asked for. */
  readonly added: readonly MemberSpec[];
  /** The same with their ids. Fewer, if an answer does not name its members [assumed]. */
  readonly named: readonly Member[];
  /** Calls that failed; empty if all are members now. */
  readonly failures: readonly MemberFailure[];
}

/** Members that were not added, and why. */
export interface MemberFailure {
  readonly members: readonly MemberSpec[];
  /** A `CloudError`, or an error with one among its causes. */
  readonly error: unknown;
}

/**
 * The Server Load Balancer API. See inspur-api.md#slb.
 *
 * Every method throws `CloudApiError` (the cloud said no), `CloudTransportError`, `CloudTimeoutError`,
 * `CloudDecodeError`, or the reason of the caller's signal. What can be repeated safely is repeated; what creates is
 * repeated only where it surely did not arrive, or after a look at what is there.
 */
export interface SlbClient {
  /**
   * One load balancer. If it does not exist, throws a `CloudApiError` for which `isSlbNotFound` holds. That is so if the
   * cloud says so by its code, by an empty list, or, if it ignores the filter, by a complete list of all load balancers.
   * If the list is not complete, throws a `CloudDecodeError`: nothing is known then.
   */
  getLoadBalancer(slbId: string, options?: CallOptions): Promise<Slb>;
  /** All load balancers of the account; with `name`, those with exactly this name. */
  listLoadBalancers(filter?: { readonly name?: string }, options?: CallOptions): Promise<SlbList>;
  /** Orders a load balancer; it is usable once its `state` is `active`. */
  createLoadBalancer(spec: SlbSpec, options?: CallOptions): Promise<Slb>;
  renameLoadBalancer(slbId: string, slbName: string, options?: CallOptions): Promise<void>;
  deleteLoadBalancer(slbId: string, options?: CallOptions): Promise<void>;
  /** Gives the load balancer a public address. The path is assumed. */
  bindEip(slbId: string, eipId: string, options?: CallOptions): Promise<void>;
  /** Takes the public address away; the EIP stays. The path is assumed. */
  unbindEip(slbId: string, options?: CallOptions): Promise<void>;

  /** All listeners of a load balancer. The API does not page them: a listener that is not in the list does not exist. */
  listListeners(slbId: string, options?: CallOptions): Promise<readonly Listener[]>;
  getListener(slbId: string, listenerId: string, options?: CallOptions): Promise<Listener>;
  /** After an unknown outcome, a listener of the same name, protocol and port is taken for the one asked for. */
  createListener(slbId: string, spec: ListenerSpec, options?: CallOptions): Promise<Listener>;
  /** Replaces all settings of the listener; its id and members stay. */
  updateListener(
    slbId: string,
    listenerId: string,
    spec: ListenerSpec,
    options?: CallOptions,
  ): Promise<Listener>;
  deleteListener(slbId: string, listenerId: string, options?: CallOptions): Promise<void>;

  listMembers(slbId: string, listenerId: string, options?: CallOptions): Promise<readonly Member[]>;
  /**
   * Adds members, in calls of at most {@link mostAddedMembers}; each call adds all of its members or none. A call that
   * fails does not keep the others from being made, so look at `failures`. After an unknown outcome, a member of the same
   * server and port is taken for the one asked for. Makes no call if `members` is empty. Throws only what is no failure of
   * the cloud, such as the reason of `signal`.
   */
  addMembers(
    slbId: string,
    listenerId: string,
    members: readonly MemberSpec[],
    options?: CallOptions,
  ): Promise<AddedMembers>;
  /**
   * Removes members, in calls whose URL is at most {@link longestUrl} bytes; those that are gone already do not matter. A
   * call that fails does not keep the others from being made. Makes no call if `backendIds` is empty.
   *
   * @throws the error of the failed call, or an `AggregateError` of several with the first as its cause
   */
  removeMembers(
    slbId: string,
    listenerId: string,
    backendIds: readonly string[],
    options?: CallOptions,
  ): Promise<void>;
  /** Changes the weight and port of a member. The path is assumed. */
  updateMember(
    slbId: string,
    listenerId: string,
    backendId: string,
    change: MemberChange,
    options?: CallOptions,
  ): Promise<void>;
}

/** What can be changed of a member. */
export interface MemberChange {
  readonly weight: number;
  readonly port: number;
}

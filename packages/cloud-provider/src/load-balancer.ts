import type { EndpointSlice, LoadBalancerStatus, Node, Service } from './kubernetes-types.ts';
import type { Logger } from '@k8s-ccm/foundation';

/** Something a provider tells the user of the Service, shown as an Event on it. */
export interface ServiceReport {
  readonly type: 'Normal' | 'Warning';
  /** Upper camel case, one of the provider's documented reasons. */
  readonly reason: string;
  /** What happened and, in a Warning, what the user must do. */
  readonly message: string;
}

/** What comes with every call about one Service. */
export interface ServiceCallOptions {
  /** Aborts when the lease is lost or the process ends. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Shows an Event on the Service; never throws, never waits. */
  readonly report: (report: ServiceReport) => void;
  /**
   * Asks the controller to reconcile the Service again after `ms` milliseconds, although the call
   * succeeds. Works after the call has returned, too. Absent if the caller does not support it.
   */
  readonly requeueAfter?: (ms: number) => void;
}

/** The Service and all that a provider may know of the cluster around it. Inputs are read-only. */
export interface ServiceInput {
  /** `--cluster-name`. */
  readonly clusterName: string;
  readonly service: Service;
  /** Nodes that may receive traffic. May be empty. */
  readonly nodes: readonly Node[];
  /** The Service's endpoints, where the manager watches them. */
  readonly endpointSlices?: readonly EndpointSlice[];
}

/** One step that `ensure` would take, in words for a person. */
export interface PlannedStep {
  /** The cloud's operation, for example `CreateListener`. */
  readonly operation: string;
  /** What it is done to, for example `k8s_1234abcd_TCP_80`. */
  readonly target: string;
  /** What changes, for example `weight: 5 -> 10`. */
  readonly detail: string;
}

/** Load balancers for Services of type LoadBalancer. See contract.md#load-balancer. */
export interface LoadBalancer {
  /**
   * Reports whether the provider is responsible for this Service of type LoadBalancer. If it is
   * not, the controller writes nothing to the Service (no finalizer, no event, no status) and does
   * not call `ensure` or `update` for it. What an earlier version of the Service left in the cloud
   * is still removed, through `get` and `ensureDeleted`. Absent means true for every Service.
   * Pure and cheap: it is called for every change of a Service. Must not throw.
   */
  claims?(service: Service): boolean;

  /**
   * The status of the Service's load balancer, or `undefined` where the cloud has none.
   * Called before a cleanup and after a failed `update`; any error is a real error there.
   */
  get(
    input: Omit<ServiceInput, 'nodes' | 'endpointSlices'>,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus | undefined>;

  /** The name of the load balancer as the cloud shows it. Pure. */
  getName(clusterName: string, service: Service): string;

  /**
   * What of a Node its host is made of, as text: where it changes, the hosts have changed. Name,
   * providerID and exclusion always count; without this nothing else does, as upstream
   * (contract.md#service-nodes). Pure, and cheap: it is asked for every change of a Node.
   */
  hostKey?(node: Node): string;

  /**
   * Creates or changes the load balancer until it is what the Service asks for.
   * May throw `ImplementedElsewhereError` (left alone, a success) or `RetryAfterError`.
   */
  ensure(input: ServiceInput, options: ServiceCallOptions): Promise<LoadBalancerStatus>;

  /** Brings the load balancer's hosts up to date after the set of nodes changed. */
  update(input: ServiceInput, options: ServiceCallOptions): Promise<void>;

  /** Removes what belongs to the Service. Idempotent: nothing there is a success. */
  ensureDeleted(
    input: Omit<ServiceInput, 'nodes' | 'endpointSlices'>,
    options: ServiceCallOptions,
  ): Promise<void>;

  /** What `ensure` would do now, without doing it. */
  plan?(input: ServiceInput, options: ServiceCallOptions): Promise<readonly PlannedStep[]>;
}

/** Source components of our Events, as upstream names them (contract.md#names; one has an underscore). */
export const EventSource = {
  NodeController: 'cloud-node-controller',
  NodeLifecycleController: 'cloud-node-lifecycle-controller',
  ServiceController: 'service-controller',
  RouteController: 'route_controller',
  /** Events on the Lease. */
  ControllerManager: 'cloud-controller-manager',
} as const;

/** An Event as upstream emits it. */
export interface WellKnownEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** The whole message or, where {@link WellKnownEvent.type} is Warning and an error is told, its beginning. */
  readonly message: string;
}

/**
 * Events on a Service (contract.md#service-events). The messages of `SyncLoadBalancerFailed` and
 * `DeleteLoadBalancerFailed` are followed by `: <error>`, that of `UpdateLoadBalancerFailed` by
 * ` [<names>] [node names limited, total number of nodes: <n>], error: <error>`.
 */
export const ServiceEvent = {
  EnsuringLoadBalancer: {
    type: 'Normal',
    reason: 'EnsuringLoadBalancer',
    message: 'Ensuring load balancer',
  },
  EnsuredLoadBalancer: {
    type: 'Normal',
    reason: 'EnsuredLoadBalancer',
    message: 'Ensured load balancer',
  },
  UpdatedLoadBalancer: {
    type: 'Normal',
    reason: 'UpdatedLoadBalancer',
    message: 'Updated load balancer with new hosts',
  },
  DeletingLoadBalancer: {
    type: 'Normal',
    reason: 'DeletingLoadBalancer',
    message: 'Deleting load balancer',
  },
  DeletedLoadBalancer: {
    type: 'Normal',
    reason: 'DeletedLoadBalancer',
    message: 'Deleted load balancer',
  },
  UnAvailableLoadBalancer: {
    type: 'Warning',
    reason: 'UnAvailableLoadBalancer',
    message: 'There are no available nodes for LoadBalancer',
  },
  SyncLoadBalancerFailed: {
    type: 'Warning',
    reason: 'SyncLoadBalancerFailed',
    message: 'Error syncing load balancer',
  },
  UpdateLoadBalancerFailed: {
    type: 'Warning',
    reason: 'UpdateLoadBalancerFailed',
    message: 'Error updating load balancer with new hosts',
  },
  DeleteLoadBalancerFailed: {
    type: 'Warning',
    reason: 'DeleteLoadBalancerFailed',
    message: 'Error deleting load balancer',
  },
} as const satisfies Readonly<Record<string, WellKnownEvent>>;

/** The reasons of {@link ServiceEvent}. */
export type ServiceEventReason = keyof typeof ServiceEvent;

/**
 * Reasons of Events on a Node (contract.md#node-initialization, contract.md#node-lifecycle-decision, contract.md#route-reconcile). Messages:
 * `Node synced successfully`; `Deleting node <n> because it does not exist in the cloud provider`;
 * `Failed deleting node <n>: <error>`;
 * `Could not create route <nodeUID> <cidr> for node <n> after <duration>: <error>`.
 * Upstream has no {@link NodeEventReason.UninitializedNode}; its message is ours.
 */
export const NodeEventReason = {
  /** Normal: the Node was initialized. */
  Synced: 'Synced',
  /** Warning: the Node waits for its initialization for longer than it should; the message says why. */
  UninitializedNode: 'UninitializedNode',
  /** Warning, not upstream's: the Node was initialized without labels that the API server would refuse; the message names them. */
  LabelsSkipped: 'LabelsSkipped',
  /** Normal: its server is gone, the Node is about to be deleted. */
  DeletingNode: 'DeletingNode',
  /** Warning: the API server refused the deletion. */
  DeletingNodeFailed: 'DeletingNodeFailed',
  /** Warning, not upstream's: the Node may have lost its server, yet the proof is not complete; it stays. */
  NodeDeletionBlocked: 'NodeDeletionBlocked',
  /** Warning: the cloud refused the route to the Node's pods. */
  FailedToCreateRoute: 'FailedToCreateRoute',
} as const;

/** Message of the Event {@link NodeEventReason.Synced}. */
export const NodeSyncedMessage = 'Node synced successfully';

/** Reason and message of the Node condition `NetworkUnavailable` (contract.md#route-condition). */
export const RouteCondition = {
  /** Status False. */
  Created: { reason: 'RouteCreated', message: 'RouteController created a route' },
  /** Status True. */
  NotCreated: { reason: 'NoRouteCreated', message: 'RouteController failed to create a route' },
} as const;

/** Reasons of Events on the manager's own Pod or, where it does not know it, on its Lease; ours. */
export const ManagerEventReason = {
  /** Normal: a changed configuration of the cloud is in use. */
  CloudConfigReloaded: 'CloudConfigReloaded',
  /** Warning: a changed configuration of the cloud is wrong, the old one stays in use; the message says why. */
  CloudConfigRejected: 'CloudConfigRejected',
} as const;

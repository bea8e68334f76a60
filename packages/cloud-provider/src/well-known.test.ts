import { describe, expect, it } from '@jest/globals';
import {
  EventSource,
  NodeEventReason,
  NodeSyncedMessage,
  RouteCondition,
  ServiceEvent,
} from './events.ts';
import {
  CloudMetricName,
  ManagerMetricName,
  NodeLifecycleMetricName,
  NodeMetricName,
  RouteMetricName,
  ServiceMetricName,
} from './metric-names.ts';
import * as wellKnown from './well-known.ts';

/** Text that others read: written out a second time, so that no slip of the hand passes. */
describe('names that others know', () => {
  // @see docs/reference/contract.md#names
  it('are those of the contract', () => {
    expect({ ...wellKnown }).toEqual({
      UninitializedTaintKey: 'node.cloudprovider.kubernetes.io/uninitialized',
      ShutdownTaint: { key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' },
      ToBeDeletedByAutoscalerTaintKey: 'ToBeDeletedByClusterAutoscaler',
      DefaultClusterName: 'kubernetes',
      ProvidedNodeIPAnnotation: 'alpha.kubernetes.io/provided-node-ip',
      KeepNodeAnnotation: 'cloudprovider.k8s-ccm.io/keep-node',
      LoadBalancerSourceRangesAnnotation: 'service.beta.kubernetes.io/load-balancer-source-ranges',
      LoadBalancerCleanupFinalizer: 'service.kubernetes.io/load-balancer-cleanup',
      ExcludeFromLoadBalancersLabel: 'node.kubernetes.io/exclude-from-external-load-balancers',
      ZoneLabelBeta: 'failure-domain.beta.kubernetes.io/zone',
      ZoneLabel: 'topology.kubernetes.io/zone',
      RegionLabelBeta: 'failure-domain.beta.kubernetes.io/region',
      RegionLabel: 'topology.kubernetes.io/region',
      InstanceTypeLabelBeta: 'beta.kubernetes.io/instance-type',
      InstanceTypeLabel: 'node.kubernetes.io/instance-type',
      NetworkUnavailableCondition: 'NetworkUnavailable',
      SecurePort: 10258,
      WebhookPort: 10260,
      ExternalProviderName: 'external',
    });
    expect(Object.values(EventSource)).toEqual([
      'cloud-node-controller',
      'cloud-node-lifecycle-controller',
      'service-controller',
      'route_controller',
      'cloud-controller-manager',
    ]);
  });

  // @see docs/reference/contract.md#service-events
  it('are the Service events of the contract', () => {
    const lines = Object.values(ServiceEvent).map(
      ({ type, reason, message }) => `${type} ${reason} ${message}`,
    );
    expect(lines).toEqual([
      'Normal EnsuringLoadBalancer Ensuring load balancer',
      'Normal EnsuredLoadBalancer Ensured load balancer',
      'Normal UpdatedLoadBalancer Updated load balancer with new hosts',
      'Normal DeletingLoadBalancer Deleting load balancer',
      'Normal DeletedLoadBalancer Deleted load balancer',
      'Warning UnAvailableLoadBalancer There are no available nodes for LoadBalancer',
      'Warning SyncLoadBalancerFailed Error syncing load balancer',
      'Warning UpdateLoadBalancerFailed Error updating load balancer with new hosts',
      'Warning DeleteLoadBalancerFailed Error deleting load balancer',
    ]);
    expect(Object.keys(ServiceEvent)).toEqual(
      Object.values(ServiceEvent).map(({ reason }) => reason),
    );
  });

  // @see docs/reference/contract.md#node-initialization
  // @see docs/reference/contract.md#node-lifecycle-decision
  // @see docs/reference/contract.md#route-reconcile
  // @see docs/reference/contract.md#route-condition
  it('are the Node events and the condition of the contract', () => {
    expect(Object.values(NodeEventReason)).toEqual([
      'Synced',
      'UninitializedNode',
      'LabelsSkipped',
      'DeletingNode',
      'DeletingNodeFailed',
      'NodeDeletionBlocked',
      'FailedToCreateRoute',
    ]);
    expect(NodeSyncedMessage).toBe('Node synced successfully');
    expect(Object.values(RouteCondition)).toEqual([
      { reason: 'RouteCreated', message: 'RouteController created a route' },
      { reason: 'NoRouteCreated', message: 'RouteController failed to create a route' },
    ]);
  });

  // @see docs/reference/contract.md#node-metrics
  // @see docs/reference/contract.md#service-metrics
  // @see docs/reference/contract.md#route-metrics
  // @see docs/reference/contract.md#manager-metrics
  it('are the metrics of the contract, and our own', () => {
    const names = [
      NodeMetricName,
      NodeLifecycleMetricName,
      ServiceMetricName,
      RouteMetricName,
      ManagerMetricName,
      CloudMetricName,
    ].flatMap((group) => Object.values(group));
    expect(names).toEqual([
      'node_controller_cloud_provider_taint_removal_delay_seconds',
      'node_controller_initial_node_sync_delay_seconds',
      'node_lifecycle_controller_node_deletion_blocked_total',
      'service_controller_loadbalancer_sync_total',
      'service_controller_nodesync_error_total',
      'service_controller_nodesync_latency_seconds',
      'service_controller_update_loadbalancer_host_latency_seconds',
      'route_controller_route_sync_total',
      'running_managed_controllers',
      'controller_failures_total',
      'cloudprovider_api_request_duration_seconds',
      'cloudprovider_api_retries_total',
      'cloudprovider_api_throttled_total',
      'cloudprovider_api_throttle_wait_seconds',
      'cloudprovider_api_budget_available',
      'cloudprovider_api_budget_rate',
      'cloudprovider_api_last_success_timestamp_seconds',
      'cloudprovider_config_reloads_total',
      'cloudprovider_config_last_reload_successful',
      'cloudprovider_config_last_reload_success_timestamp_seconds',
      'cloudprovider_tls_verification_disabled',
    ]);
  });
});

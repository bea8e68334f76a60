/** Names of the node controller's metrics: histograms of seconds, no labels (contract §2.7). */
export const NodeMetricName = {
  /** From a Node's creation until its uninitialized taint was removed. */
  TaintRemovalDelaySeconds: 'node_controller_cloud_provider_taint_removal_delay_seconds',
  /** From a Node's creation until it was initialised. */
  InitialSyncDelaySeconds: 'node_controller_initial_node_sync_delay_seconds',
} as const;

/** Names of the node lifecycle controller's metrics; upstream has none (contract §3.4). */
export const NodeLifecycleMetricName = {
  /** Counter, label `reason`: one per Node and monitor round in which a deletion was not proven or not allowed. */
  NodeDeletionBlockedTotal: 'node_lifecycle_controller_node_deletion_blocked_total',
} as const;

/** Names of the service controller's metrics, no labels (contract §4.13). */
export const ServiceMetricName = {
  /** Counter: one per `update` of a load balancer's hosts; `ensure` is not counted. */
  LoadBalancerSyncTotal: 'service_controller_loadbalancer_sync_total',
  /** Counter: one per Service whose hosts could not be updated. */
  NodeSyncErrorTotal: 'service_controller_nodesync_error_total',
  /** Histogram of seconds: one whole pass over the Services after a node change. */
  NodeSyncLatencySeconds: 'service_controller_nodesync_latency_seconds',
  /** Histogram of seconds: one `update`. */
  UpdateLoadBalancerHostLatencySeconds:
    'service_controller_update_loadbalancer_host_latency_seconds',
} as const;

/** Names of the route controller's metrics, no labels (contract §5.6). */
export const RouteMetricName = {
  /** Counter: one per reconcile that starts, also where listing fails. */
  RouteSyncTotal: 'route_controller_route_sync_total',
} as const;

/** Names of the manager's metrics about its controllers (contract §7.10). */
export const ManagerMetricName = {
  /** Gauge 1 or 0, labels `name` (`cloud-node`, `cloud-node-lifecycle`, `service`, `route`) and `manager`. */
  RunningManagedControllers: 'running_managed_controllers',
  /** Counter, label `name` as above; ours: one per failed start and per end that nobody asked for. */
  ControllerFailuresTotal: 'controller_failures_total',
  /** Counter, labels `name` and `result` (`success`, `error`); ours: changed certificates of the secure port. */
  ServingFileReloadsTotal: 'serving_file_reloads_total',
} as const;

/** Names of the metrics about health checks, on `/metrics/slis` (contract §7.10). */
export const HealthMetricName = {
  /** Gauge 1 or 0, labels `name` and `type` (`healthz`, `livez`, `readyz`). */
  HealthCheck: 'kubernetes_healthcheck',
  /** Counter, labels `name`, `type` and `status` (`success`, `error`). */
  HealthChecksTotal: 'kubernetes_healthchecks_total',
} as const;

/** Names of the metrics about a provider's calls to its cloud; ours, upstream leaves them to providers. */
export const CloudMetricName = {
  /** Histogram of seconds, labels `provider`, `operation` and `code`: one per request on the wire. */
  ApiRequestDurationSeconds: 'cloudprovider_api_request_duration_seconds',
  /** Gauge 1, labels `provider` and `endpoint`: the endpoint's certificate is not verified. */
  TlsVerificationDisabled: 'cloudprovider_tls_verification_disabled',
} as const;

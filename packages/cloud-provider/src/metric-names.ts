/** Names of the node controller's metrics: histograms of seconds, no labels (contract.md#node-metrics). */
export const NodeMetricName = {
  /** From a Node's creation until its uninitialized taint was removed. */
  TaintRemovalDelaySeconds: 'node_controller_cloud_provider_taint_removal_delay_seconds',
  /** From a Node's creation until it was initialized. */
  InitialSyncDelaySeconds: 'node_controller_initial_node_sync_delay_seconds',
} as const;

/** Names of the node lifecycle controller's metrics; upstream has none (contract.md#node-lifecycle-metrics). */
export const NodeLifecycleMetricName = {
  /** Counter, label `reason`: one per Node and monitor round in which a deletion was not proven or not allowed. */
  NodeDeletionBlockedTotal: 'node_lifecycle_controller_node_deletion_blocked_total',
} as const;

/** Names of the service controller's metrics, no labels (contract.md#service-metrics). */
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

/** Names of the route controller's metrics, no labels (contract.md#route-metrics). */
export const RouteMetricName = {
  /** Counter: one per reconcile that starts, also where listing fails. */
  RouteSyncTotal: 'route_controller_route_sync_total',
} as const;

/** Names of the manager's metrics about its controllers (contract.md#manager-metrics). */
export const ManagerMetricName = {
  /** Gauge 1 or 0, labels `name` (`cloud-node`, `cloud-node-lifecycle`, `service`, `route`) and `manager`. */
  RunningManagedControllers: 'running_managed_controllers',
  /** Counter, label `name` as above; ours: one per failed start and per end that nobody asked for. */
  ControllerFailuresTotal: 'controller_failures_total',
} as const;

/** Names of the metrics about a provider's calls to its cloud; ours, upstream leaves them to providers. */
export const CloudMetricName = {
  /** Histogram of seconds, labels `provider`, `operation` and `code`: one per request on the wire. */
  ApiRequestDurationSeconds: 'cloudprovider_api_request_duration_seconds',
  /** Counter, labels `provider` and `operation`: requests that were sent again. */
  ApiRetriesTotal: 'cloudprovider_api_retries_total',
  /** Counter, label `provider`: answers that asked for fewer requests, such as 429. */
  ApiThrottledTotal: 'cloudprovider_api_throttled_total',
  /** Histogram of seconds, label `provider`: what each request waited for the account's budget. */
  ApiThrottleWaitSeconds: 'cloudprovider_api_throttle_wait_seconds',
  /** Gauge, label `provider`: requests that may be sent now beside those in flight. */
  ApiBudgetAvailable: 'cloudprovider_api_budget_available',
  /** Gauge, label `provider`: requests per second that are allowed now; `+Inf` where nothing bounds them. */
  ApiBudgetRate: 'cloudprovider_api_budget_rate',
  /** Gauge, label `provider`: when the cloud last did its part, in epoch seconds. */
  ApiLastSuccessTimestampSeconds: 'cloudprovider_api_last_success_timestamp_seconds',
  /** Counter, labels `provider` and `result` (`success`, `failure`): changes of the configuration that were taken or refused. */
  ConfigReloadsTotal: 'cloudprovider_config_reloads_total',
  /** Gauge 1 or 0, label `provider`: whether the configuration in its files is the one in use. */
  ConfigLastReloadSuccessful: 'cloudprovider_config_last_reload_successful',
  /** Gauge, label `provider`: when the configuration in use was taken, in epoch seconds. */
  ConfigLastReloadSuccessTimestampSeconds:
    'cloudprovider_config_last_reload_success_timestamp_seconds',
  /** Gauge 1, labels `provider` and `endpoint`: the endpoint's certificate is not verified. */
  TlsVerificationDisabled: 'cloudprovider_tls_verification_disabled',
} as const;

/** Names of the metrics about the process itself. */
export const ProcessMetricName = {
  /** Gauge 1, upstream's labels (`git_version`, `platform` and so on). */
  KubernetesBuildInfo: 'kubernetes_build_info',
  /** Gauge 1, labels `version`, `revision` and `node_version`; ours. */
  BuildInfo: 'ccm_build_info',
  /** Histogram of seconds, no labels; ours: how much later than asked for a timer fired, ten times a second. */
  EventLoopDelaySeconds: 'event_loop_delay_seconds',
} as const;

export type { CloudProvider, ProviderContext } from './cloud-provider.ts';
export { ControllerConfigError } from './controller-config-error.ts';
export {
  findOptionError,
  findRetryAfter,
  isImplementedElsewhere,
  isInstanceNotFound,
  isInstanceUnresolvable,
  isNotImplemented,
} from './error-predicates.ts';
export { errorText, parseGoBool, formatGoDuration, parseGoDuration } from '@k8s-ccm/foundation';
export {
  CloudProviderError,
  DiskNotFoundError,
  ImplementedElsewhereError,
  InstanceNotFoundError,
  InstanceUnresolvableError,
  NodePendingError,
  NotImplementedError,
  RetryAfterError,
  RouteDoubtError,
} from './errors.ts';
export {
  EventSource,
  ManagerEventReason,
  NodeEventReason,
  NodeSyncedMessage,
  RouteCondition,
  ServiceEvent,
} from './events.ts';
export type { ServiceEventReason, WellKnownEvent } from './events.ts';
export type {
  InstanceMetadata,
  InstanceState,
  InstanceSurvey,
  Instances,
  NodeAddressType,
  NodeCallOptions,
  SurveyOptions,
} from './instances.ts';
export { getInstanceProviderID, InstanceLookupError } from './instance-provider-id.ts';
export type { LegacyCloud } from './instance-provider-id.ts';
export { instancesFromV1 } from './instances-from-v1.ts';
export { readNodeAddresses } from './instances.ts';
export type {
  EndpointSlice,
  Event,
  KubernetesObject,
  Lease,
  LoadBalancerIngress,
  LoadBalancerStatus,
  Node,
  NodeAddress,
  NodeCondition,
  ObjectMeta,
  ObjectReference,
  OwnerReference,
  PortStatus,
  Raw,
  Service,
  ServicePort,
  Taint,
} from './kubernetes-types.ts';
export type { Clusters, LegacyInstances, Zone, Zones } from './legacy-instances.ts';
export { defaultLoadBalancerName } from './load-balancer-name.ts';
export {
  isNodeEligibleForLoadBalancer,
  sameNodeSet,
  shouldSyncUpdatedNode,
} from './load-balancer-nodes.ts';
export { loadBalancerStatusEqual } from './load-balancer-status.ts';
export type {
  LoadBalancer,
  PlannedStep,
  ServiceCallOptions,
  ServiceInput,
  ServiceReport,
} from './load-balancer.ts';
export { LogVerbosity, silentLogger } from '@k8s-ccm/foundation';
export type { LogFields, Logger, LoggerChildOptions } from '@k8s-ccm/foundation';
export {
  CloudMetricName,
  ManagerMetricName,
  NodeLifecycleMetricName,
  NodeMetricName,
  ProcessMetricName,
  RouteMetricName,
  ServiceMetricName,
} from './metric-names.ts';
export {
  addToNodeAddresses,
  nodeAddressesChanged,
  nodeAddressesToWrite,
} from './node-addresses.ts';
export { getNodeAddressesFromNodeIP, NodeIPError } from './node-ip.ts';
export { initialNodeLabels, reconciledNodeLabels, skippedNodeLabels } from './node-labels.ts';
export type { Labels } from './node-labels.ts';
export { OptionError } from './option-error.ts';
export type { OptionProblem } from './option-error.ts';
export type { ProviderChange, ProviderConfiguration } from './provider-configuration.ts';
export type { ProviderInformer, ProviderInformers } from './provider-informers.ts';
export type { ApiBudget, ApiRequest, ProviderMetrics } from './provider-metrics.ts';
export { ProxyEnvironmentError, proxyFromEnvironment } from './proxy-environment.ts';
export type { ProxyFor } from './proxy-environment.ts';
export {
  ProviderConfigFileError,
  ProviderDisabledError,
  ProviderInitError,
  ProviderRegisteredTwiceError,
  UnknownProviderError,
} from './registry-errors.ts';
export {
  CloudProviderRegistry,
  disableWarningForProvider,
  errorForDisabledProvider,
  isExternal,
} from './registry.ts';
export type { ProviderFactory, ProviderFactoryContext, ProviderRegistration } from './registry.ts';
export type { Route, RouteCallOptions, RouteOwnership, Routes } from './routes.ts';
export { needsUpdate } from './service-changes.ts';
export {
  getServiceHealthCheckPathPort,
  hasLoadBalancerFinalizer,
  needsCleanup,
  needsHealthCheck,
  requestsOnlyLocalTraffic,
  wantsLoadBalancer,
} from './service-predicates.ts';
export type { HealthCheckTarget } from './service-predicates.ts';
export { getLoadBalancerSourceRanges, isAllowAll, SourceRangesError } from './source-ranges.ts';
export {
  hasTaint,
  hasUninitializedTaint,
  matchesTaint,
  withTaint,
  withoutTaint,
  withoutTaintKey,
} from './taints.ts';
export {
  DefaultClusterName,
  ExcludeFromLoadBalancersLabel,
  ExternalProviderName,
  InstanceTypeLabel,
  InstanceTypeLabelBeta,
  KeepNodeAnnotation,
  LoadBalancerCleanupFinalizer,
  LoadBalancerSourceRangesAnnotation,
  NetworkUnavailableCondition,
  ProvidedNodeIPAnnotation,
  RegionLabel,
  RegionLabelBeta,
  SecurePort,
  ShutdownTaint,
  ToBeDeletedByAutoscalerTaintKey,
  UninitializedTaintKey,
  WebhookPort,
  ZoneLabel,
  ZoneLabelBeta,
} from './well-known.ts';

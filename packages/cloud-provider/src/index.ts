export type { CloudProvider, ProviderContext } from './cloud-provider.ts';
export {
  CloudProviderError,
  DiskNotFoundError,
  ImplementedElsewhereError,
  InstanceNotFoundError,
  NotImplementedError,
  RetryAfterError,
} from './errors.ts';
export type { InstanceMetadata, Instances, NodeAddressType, NodeCallOptions } from './instances.ts';
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
export type {
  LoadBalancer,
  PlannedStep,
  ServiceCallOptions,
  ServiceInput,
  ServiceReport,
} from './load-balancer.ts';
export { silentLogger } from './logger.ts';
export type { LogFields, Logger } from './logger.ts';
export type { Route, RouteCallOptions, Routes } from './routes.ts';

export { CaFileError } from './ca-file.ts';
export { cloudConfigJsonSchema, cloudConfigTable } from './cloud-config-section.ts';
export { cloudConfigWarnings } from './cloud-config-warnings.ts';
export type { ConfigWarning } from './cloud-config-warnings.ts';
export { parseCloudConfig } from './cloud-config.ts';
export type { CredentialsConfig, InspurConfig, SecretLocation } from './cloud-config.ts';
export { createInspurProvider, inspurProviderName } from './inspur-provider.ts';
export type { InspurProviderOptions } from './inspur-provider.ts';
export { loadCloudConfig } from './load-cloud-config.ts';
export {
  OwnershipDoubtError,
  PortClashError,
  SlbCallError,
  SlbNotAllowedError,
  SlbUnavailableError,
  UnsupportedServiceError,
} from './load-balancer/load-balancer-errors.ts';
export type { PortClash } from './load-balancer/load-balancer-errors.ts';
export { registerInspurProvider } from './register-inspur-provider.ts';
export type { RegisterInspurProviderOptions } from './register-inspur-provider.ts';
export { ReportReason } from './report-reason.ts';
export { RouteCallError, RouteConflictError, RouteTargetError } from './routes/route-errors.ts';
export { isMarkOf, routeMark } from './routes/route-mark.ts';
export { SecretFile, SecretFileError } from './secret-file.ts';
export { instanceIdAnnotation } from './servers/instance-id-annotation.ts';
export { formatProviderId, parseProviderId } from './servers/provider-id.ts';
export type { ParsedProviderId } from './servers/provider-id.ts';
export {
  AmbiguousServerError,
  ForeignProviderIdError,
  InstanceCallError,
  InstanceDoubtError,
  ServerNotReadyError,
} from './servers/server-errors.ts';
export { serviceOptions } from './service-options.ts';
export type { ListenerPortMode, ServiceOptions } from './service-options.ts';

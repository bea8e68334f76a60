export { accessKeyCredentials } from './access-key-credentials.ts';
export type { AccessKeyCredentialsOptions } from './access-key-credentials.ts';
export type { Credentials, CredentialsContext } from './credentials.ts';
export { keycloakCredentials } from './keycloak-credentials.ts';
export type { KeycloakCredentialsOptions } from './keycloak-credentials.ts';
export { tokenCredentials } from './token-credentials.ts';
export type { TokenCredentialsOptions } from './token-credentials.ts';
export { EcsErrorCode } from './ecs-error-code.ts';
export { isAccessDenied, isEcsServerNotFound } from './ecs-error-predicates.ts';
export type {
  EcsClient,
  Server,
  ServerFilter,
  ServerList,
  ServerPage,
  SkippedServer,
} from './ecs.ts';
export { defaultEndpoints } from './endpoints.ts';
export type { EndpointName, InspurEndpoints } from './endpoints.ts';
export { InspurClient } from './inspur-client.ts';
export type { InspurClientOptions, InspurTls } from './inspur-client.ts';
export { mostAddedMembers } from './slb-assumed.ts';
export { SlbErrorCode } from './slb-error-code.ts';
export {
  isBackendNotFound,
  isBadRequest,
  isCertificateNotFound,
  isListenerNotFound,
  isListenerPortInUse,
  isQuotaExceeded,
  isServerNotFound,
  isServerPortNotFound,
  isSlbNotAuthorized,
  isSlbNotFound,
  isUnauthorized,
} from './slb-error-predicates.ts';
export type {
  AddedMembers,
  CallOptions,
  ForwardRule,
  HealthCheck,
  Listener,
  ListenerHealthCheck,
  ListenerProtocol,
  ListenerSpec,
  Member,
  MemberChange,
  MemberFailure,
  MemberSpec,
  Slb,
  SlbClient,
  SlbList,
  SlbSpec,
} from './slb.ts';
export { longestUrl } from './url-chunks.ts';
export { longestRouteDescription, serverHopType } from './vpc-assumed.ts';
export { VpcErrorCode } from './vpc-error-code.ts';
export {
  isNextHopNotFound,
  isRouteExists,
  isRouteNotFound,
  isRouteQuotaExceeded,
  isRouteTableNotFound,
} from './vpc-error-predicates.ts';
export type { Route, RouteList, RouteSpec, SkippedRoute, Vpc, VpcClient } from './vpc.ts';
export {
  CloudApiError,
  CloudDecodeError,
  CloudError,
  CloudTimeoutError,
  CloudTransportError,
  findCloudApiError,
  findCloudError,
  hasUnknownOutcome,
  isRateLimited,
  retryAfterOf,
  Budget,
  Secret,
  systemClock,
} from '@k8s-ccm/cloud-http';
export type {
  BudgetLimits,
  BudgetOptions,
  CallOutcome,
  Clock,
  CloudCall,
  Lane,
  Random,
  SecretSource,
  Timer,
} from '@k8s-ccm/cloud-http';

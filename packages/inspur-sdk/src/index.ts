export { accessKeyCredentials } from './auth/access-key-credentials.ts';
export type { AccessKeyCredentialsOptions } from './auth/access-key-credentials.ts';
export type { Credentials, CredentialsContext } from './auth/credentials.ts';
export { keycloakCredentials } from './auth/keycloak-credentials.ts';
export type { KeycloakCredentialsOptions } from './auth/keycloak-credentials.ts';
export { tokenCredentials } from './auth/token-credentials.ts';
export type { TokenCredentialsOptions } from './auth/token-credentials.ts';
export { EcsErrorCode } from './ecs/ecs-error-code.ts';
export { isAccessDenied, isEcsServerNotFound } from './ecs/ecs-error-predicates.ts';
export type {
  EcsClient,
  Server,
  ServerFilter,
  ServerList,
  ServerPage,
  SkippedServer,
} from './ecs/ecs.ts';
export { defaultEndpoints } from './endpoints.ts';
export type { EndpointName, InspurEndpoints } from './endpoints.ts';
export { InspurClient } from './inspur-client.ts';
export type { InspurClientOptions, InspurTls } from './inspur-client.ts';
export { maxAddedMembers } from './slb/slb-assumed.ts';
export { SlbErrorCode } from './slb/slb-error-code.ts';
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
} from './slb/slb-error-predicates.ts';
export type { CallOptions } from './call/call-options.ts';
export type {
  AddedMembers,
  Member,
  MemberChange,
  MemberClient,
  MemberFailure,
  MemberSpec,
} from './slb/member.ts';
export type {
  ForwardRule,
  HealthCheck,
  Listener,
  ListenerHealthCheck,
  ListenerProtocol,
  ListenerSpec,
  Slb,
  SlbClient,
  SlbList,
  SlbSpec,
} from './slb/slb.ts';
export { maxUrlBytes } from './call/url-chunks.ts';
export { maxRouteDescriptionLength, serverHopType } from './vpc/vpc-assumed.ts';
export { VpcErrorCode } from './vpc/vpc-error-code.ts';
export {
  isNextHopNotFound,
  isRouteExists,
  isRouteNotFound,
  isRouteQuotaExceeded,
  isRouteTableNotFound,
} from './vpc/vpc-error-predicates.ts';
export type { Route, RouteList, RouteSpec, SkippedRoute, Vpc, VpcClient } from './vpc/vpc.ts';
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

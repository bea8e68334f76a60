import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { SlbErrorCode } from './slb-error-code.ts';

/**
 * What a 404 without a code is taken to say, by operation. Only an answer in the API's own form counts: the 404 page
 * of a proxy proves nothing.
 */
const notFoundOf: Readonly<Record<string, SlbErrorCode>> = {
  GetLoadBalancer: SlbErrorCode.SlbNotFound,
  RenameLoadBalancer: SlbErrorCode.SlbNotFound,
  DeleteLoadBalancer: SlbErrorCode.SlbNotFound,
  BindEip: SlbErrorCode.SlbNotFound,
  UnbindEip: SlbErrorCode.SlbNotFound,
  ListListeners: SlbErrorCode.SlbNotFound,
  CreateListener: SlbErrorCode.SlbNotFound,
  GetListener: SlbErrorCode.ListenerNotFound,
  UpdateListener: SlbErrorCode.ListenerNotFound,
  DeleteListener: SlbErrorCode.ListenerNotFound,
  ListMembers: SlbErrorCode.ListenerNotFound,
  AddMembers: SlbErrorCode.ListenerNotFound,
  RemoveMembers: SlbErrorCode.BackendNotFound,
  UpdateMember: SlbErrorCode.BackendNotFound,
};

/** The account has no such load balancer. */
export function isSlbNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.SlbNotFound;
}

/** The load balancer belongs to somebody else. */
export function isSlbNotAuthorized(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.SlbNotAuthorized;
}

/** The load balancer has no such listener. */
export function isListenerNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ListenerNotFound;
}

/** Another listener holds the port. */
export function isListenerPortInUse(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ListenerPortInUse;
}

/** The listener has no such member. */
export function isBackendNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.BackendNotFound;
}

/** The account, or the node, has no more room for it. */
export function isQuotaExceeded(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.QuotaExceeded;
}

/** There is no such server to make a member of. */
export function isServerNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ServerNotFound;
}

/** The server has no such port. */
export function isServerPortNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ServerPortNotFound;
}

/** There is no such certificate, or it is not yours. */
export function isCertificateNotFound(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === SlbErrorCode.CertificateNotFound || code === SlbErrorCode.CertificateNotAuthorized
  );
}

/** The cloud says that the request itself is wrong. */
export function isBadRequest(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.BadRequest;
}

/** The credentials are not accepted, by the API or by the token exchange. */
export function isUnauthorized(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.Unauthorized;
}

/** The answer's code, or what its status says where it has none. */
function codeOf(error: unknown): string | undefined {
  const apiError = findCloudApiError(error);
  if (apiError === undefined) return undefined;
  const { apiCode, bodyKind, operation, status } = apiError;
  if (operation === 'ExchangeToken') return status === 401 ? SlbErrorCode.Unauthorized : apiCode;
  if (apiCode !== '') return apiCode;
  if (status === 401) return SlbErrorCode.Unauthorized;
  if (bodyKind === 'other') return undefined;
  if (status === 404) return notFoundOf[operation];
  if (status === 403) return SlbErrorCode.SlbNotAuthorized;
  return status === 400 ? SlbErrorCode.BadRequest : undefined;
}

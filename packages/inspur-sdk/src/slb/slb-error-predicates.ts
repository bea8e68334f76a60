import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { SlbErrorCode } from './slb-error-code.ts';

// Only the code in an answer's body says what the API means. A status without that code may come from any gateway on
// the way, so it proves nothing about what exists and who owns it.

/** The account has no such load balancer. */
export function isSlbNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.SlbNotFound;
}

/** The load balancer belongs to another account. */
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

/** The quota of the account or of the node is used up. */
export function isQuotaExceeded(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.QuotaExceeded;
}

/** The server that should become a member does not exist. */
export function isServerNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ServerNotFound;
}

/** The server has no such port. */
export function isServerPortNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ServerPortNotFound;
}

/** The certificate does not exist, or belongs to another account. */
export function isCertificateNotFound(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === SlbErrorCode.CertificateNotFound || code === SlbErrorCode.CertificateNotAuthorized
  );
}

/** The API says that the request itself is wrong. */
export function isBadRequest(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.BadRequest;
}

/** The API, the token exchange, or a gateway in front of them does not accept the credentials. */
export function isUnauthorized(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.Unauthorized || isBare401(error);
}

function codeOf(error: unknown): string | undefined {
  return findCloudApiError(error)?.apiCode;
}

/** A 401 without a code of the API; the token exchange has codes of its own, such as `invalid_client`. */
function isBare401(error: unknown): boolean {
  const apiError = findCloudApiError(error);
  if (apiError?.status !== 401) return false;
  return apiError.apiCode === '' || apiError.operation === 'ExchangeToken';
}

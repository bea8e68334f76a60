import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { SlbErrorCode } from './slb-error-code.ts';

// Only the code in a response body tells what the API means. A status without a code may come from any gateway in
// between, so it proves nothing about the existence or the owner of an object.

/** Reports whether the load balancer does not exist in the account. */
export function isSlbNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.SlbNotFound;
}

/** Reports whether the load balancer belongs to another account. */
export function isSlbNotAuthorized(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.SlbNotAuthorized;
}

/** Reports whether the listener does not exist on the load balancer. */
export function isListenerNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ListenerNotFound;
}

/** Reports whether another listener uses the port. */
export function isListenerPortInUse(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ListenerPortInUse;
}

/** Reports whether the member does not exist in the listener. */
export function isBackendNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.BackendNotFound;
}

/** Reports whether the quota of the account or the node is exhausted. */
export function isQuotaExceeded(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.QuotaExceeded;
}

/** Reports whether the server to add as a member does not exist. */
export function isServerNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ServerNotFound;
}

/** Reports whether the server does not have the port. */
export function isServerPortNotFound(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.ServerPortNotFound;
}

/** Reports whether the certificate does not exist or belongs to another account. */
export function isCertificateNotFound(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === SlbErrorCode.CertificateNotFound || code === SlbErrorCode.CertificateNotAuthorized
  );
}

/** Reports whether the API refused the request as invalid. */
export function isBadRequest(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.BadRequest;
}

/** Reports whether the API, the token exchange, or a gateway refused the credentials. */
export function isUnauthorized(error: unknown): boolean {
  return codeOf(error) === SlbErrorCode.Unauthorized || isBare401(error);
}

function codeOf(error: unknown): string | undefined {
  return findCloudApiError(error)?.apiCode;
}

/**
 * Reports whether an error is a 401 without a code of the API. The token exchange has its own codes, such as
 * `invalid_client`.
 */
function isBare401(error: unknown): boolean {
  const apiError = findCloudApiError(error);
  if (apiError?.status !== 401) return false;
  return apiError.apiCode === '' || apiError.operation === 'ExchangeToken';
}

import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { VpcErrorCode } from './vpc-error-code.ts';

/**
 * What a status without a code is taken to say, by operation. Only an answer in the API's own form counts: the 404 page
 * of a proxy proves nothing.
 */
const meaningOf: Readonly<Record<string, VpcErrorCode>> = {
  'ListRoutes 404': VpcErrorCode.RouteTableNotFound,
  'AddRoute 409': VpcErrorCode.RouteExists,
  'DeleteRoute 404': VpcErrorCode.RouteNotFound,
};

/** The account has no such route table. */
export function isRouteTableNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteTableNotFound;
}

/** There is no such route. */
export function isRouteNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteNotFound;
}

/** The table has a route to the same destination. */
export function isRouteExists(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteExists;
}

/** There is no such server to lead a route to. */
export function isNextHopNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.NextHopNotFound;
}

/** The table has no more room. */
export function isRouteQuotaExceeded(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.QuotaExceeded;
}

/** The answer's code, or what its status says where it has none. */
function codeOf(error: unknown): string | undefined {
  const apiError = findCloudApiError(error);
  if (apiError === undefined) return undefined;
  const { apiCode, bodyKind, operation, status } = apiError;
  if (apiCode !== '') return apiCode;
  return bodyKind === 'other' ? undefined : meaningOf[`${operation} ${status}`];
}

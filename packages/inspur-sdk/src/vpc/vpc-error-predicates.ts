import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { VpcErrorCode } from './vpc-error-code.ts';

// Only the code in an answer's body says what the API means; a status without it may come from any gateway on the way.

/** The account has no such route table. */
export function isRouteTableNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteTableNotFound;
}

/** The route does not exist. */
export function isRouteNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteNotFound;
}

/** The table has a route to the same destination. */
export function isRouteExists(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteExists;
}

/** The server that the route should lead to does not exist. */
export function isNextHopNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.NextHopNotFound;
}

/** The table has no more room. */
export function isRouteQuotaExceeded(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.QuotaExceeded;
}

function codeOf(error: unknown): string | undefined {
  return findCloudApiError(error)?.apiCode;
}

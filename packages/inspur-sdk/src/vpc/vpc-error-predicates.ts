import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { VpcErrorCode } from './vpc-error-code.ts';

// Only the code in a response body tells what the API means. A status without a code may come from any gateway in
// between.

/** Reports whether the route table does not exist in the account. */
export function isRouteTableNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteTableNotFound;
}

/** Reports whether the route does not exist. */
export function isRouteNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteNotFound;
}

/** Reports whether the table already has a route to the same destination. */
export function isRouteExists(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.RouteExists;
}

/** Reports whether the server of the next hop does not exist. */
export function isNextHopNotFound(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.NextHopNotFound;
}

/** Reports whether the quota of the table is exhausted. */
export function isRouteQuotaExceeded(error: unknown): boolean {
  return codeOf(error) === VpcErrorCode.QuotaExceeded;
}

function codeOf(error: unknown): string | undefined {
  return findCloudApiError(error)?.apiCode;
}

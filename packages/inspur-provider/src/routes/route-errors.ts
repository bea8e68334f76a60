import { CloudProviderError } from '@k8s-ccm/cloud-provider';
import {
  CloudDecodeError,
  findCloudApiError,
  findCloudError,
  isAccessDenied,
  isNextHopNotFound,
  isRateLimited,
  isRouteExists,
  isRouteNotFound,
  isRouteQuotaExceeded,
  isRouteTableNotFound,
} from '@k8s-ccm/inspur-sdk';
import type { CloudError, Route } from '@k8s-ccm/inspur-sdk';

/** A route to the same destination stands in the way. Nothing was done to it. */
export class RouteConflictError extends CloudProviderError {
  override readonly name = 'RouteConflictError';
  override readonly code = 'ROUTE_CONFLICT';
  /** The route that is there. */
  readonly route: Route;

  constructor(message: string, route: Route, options?: ErrorOptions) {
    super(message, options);
    this.route = route;
  }
}

/** A route cannot be made as it is asked for. No call was made to the table. */
export class RouteTargetError extends CloudProviderError {
  override readonly name = 'RouteTargetError';
  override readonly code = 'ROUTE_TARGET';
}

/** A call to the cloud failed; says for what it was made, and what the operator can do. */
export class RouteCallError extends CloudProviderError {
  override readonly name = 'RouteCallError';
  override readonly code = 'ROUTE_CALL';
}

/** A route for people, in one line. */
export function describeRoute({ routeId, nextHopType, nextHopId, description }: Route): string {
  const hop = `${nextHopType || 'next hop'} ${nextHopId || 'unknown'}`;
  const said = description === '' ? 'no description' : `description ${JSON.stringify(description)}`;
  return `${routeId} (to ${hop}, ${said})`;
}

/** Adds to a failed call what it was for and what can be done. What is no failure of a call comes back as it is. */
export function describeRouteError(error: unknown, target: string): unknown {
  // An error of ours says all there is to say, even if a call's failure is its cause.
  if (error instanceof CloudProviderError || !(error instanceof Error)) return error;
  const call = findCloudError(error);
  if (call === undefined) return error;
  return new RouteCallError(`${target}: ${error.message}; ${adviceFor(error, call)}`, {
    cause: error,
  });
}

/** True where the cloud said no, so that what was believed of the table may be wrong. */
export function isRefusal(error: unknown): boolean {
  return findCloudApiError(error)?.outcome === 'refused';
}

function adviceFor(error: unknown, call: CloudError): string {
  if (isRouteTableNotFound(error)) {
    return 'check network.routeTableId in the cloud-config';
  }
  if (isNextHopNotFound(error)) {
    return "the node's server is not known to the cloud: check the node's provider id, and that the server is in the region of the cloud-config";
  }
  if (isRouteQuotaExceeded(error)) {
    return 'the route table is full: raise its quota, or remove routes that are not needed';
  }
  if (isRouteExists(error)) {
    return 'a route to the destination stood there a moment ago; it is looked at again';
  }
  if (isRouteNotFound(error)) {
    return 'somebody else removed it; it is looked at again';
  }
  if (isAccessDenied(error)) {
    return 'check the credentials in the cloud-config, and that their account may list, add and delete routes';
  }
  if (isRateLimited(error)) {
    return 'the account makes too many calls; it is tried again by itself, and if it stays, set http.callsPerSecond in the cloud-config';
  }
  if (call instanceof CloudDecodeError) {
    return 'the answer is not what the VPC API promises; it is tried again by itself, and if it stays, check the endpoint in the cloud-config and any proxy on the way to it';
  }
  const answer = findCloudApiError(error);
  if (answer === undefined) {
    return 'the cloud does not answer; it is tried again by itself, and if it stays, check the endpoint in the cloud-config and the network on the way to it';
  }
  return answer.retryable
    ? 'the cloud has a fault; it is tried again by itself, and if it stays, ask the support of the cloud'
    : 'the cloud refuses this; check the route table and network.routeTableId in the cloud-config, or ask the support of the cloud';
}

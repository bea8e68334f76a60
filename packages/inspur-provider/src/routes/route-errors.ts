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
import type { Route } from '@k8s-ccm/inspur-sdk';

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

const retries = 'The controller retries automatically.';
const checkEndpoint = 'check the endpoint in the cloud-config';

/** What an operator can do about a failed call to the routes of the VPC API; the first row that fits counts. */
const adviceTable: readonly (readonly [when: (error: unknown) => boolean, advice: string])[] = [
  [isRouteTableNotFound, 'Check network.routeTableId in the cloud-config.'],
  [
    isNextHopNotFound,
    "The cloud does not know the Node's server. Check the Node's provider ID, and that the server is in the region of the cloud-config.",
  ],
  [
    isRouteQuotaExceeded,
    'The route table is full. Raise its quota, or remove routes that are not needed.',
  ],
  [isRouteExists, `A route to the destination existed a moment ago. ${retries}`],
  [isRouteNotFound, `Somebody else removed the route. ${retries}`],
  [
    isAccessDenied,
    'Check the credentials in the cloud-config, and that their account may list, add and delete routes.',
  ],
  [
    isRateLimited,
    `The account makes too many calls. ${retries} If this persists, set http.callsPerSecond in the cloud-config.`,
  ],
  [
    (error) => findCloudError(error) instanceof CloudDecodeError,
    `The answer does not have the form of the VPC API. ${retries} If this persists, ${checkEndpoint} and any proxy in between.`,
  ],
  [
    (error) => findCloudApiError(error) === undefined,
    `${retries} If this persists, ${checkEndpoint} and the network.`,
  ],
  [
    (error) => findCloudApiError(error)?.retryable === true,
    `${retries} If this persists, contact INSPUR Cloud support.`,
  ],
];

const otherAdvice =
  'Check the route table and network.routeTableId in the cloud-config, or contact INSPUR Cloud support.';

/**
 * Adds to a failed call what it was for and what can be done. Returns errors that already say so, and
 * errors that are not of a call, as they are.
 */
export function describeRouteError(error: unknown, target: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof CloudProviderError || findCloudError(error) === undefined) return error;
  const [, advice = otherAdvice] = adviceTable.find(([when]) => when(error)) ?? [];
  return new RouteCallError(`${target}: ${error.message}. ${advice}`, { cause: error });
}

/** Whether the cloud refused a call, so that what was believed about the table may be wrong. */
export function isRefusal(error: unknown): boolean {
  return findCloudApiError(error)?.outcome === 'refused';
}

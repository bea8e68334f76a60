import type { CallOptions } from '../call/call-options.ts';

/** A virtual private cloud, with the fields in use. Field names are assumed. See inspur-api.md#vpc. */
export interface Vpc {
  readonly vpcId: string;
  /** Empty if the cloud omits it. */
  readonly vpcName: string;
}

/** A route of a route table. Fields that the cloud omits are empty. See inspur-api.md#vpc. */
export interface Route {
  readonly routeId: string;
  readonly routeTableId: string;
  /** Destination CIDR, as the cloud writes it. */
  readonly destination: string;
  /** `ECS` if the next hop is a server. */
  readonly nextHopType: string;
  /** ID of the next hop. If the type is `ECS`, the ID of the server. */
  readonly nextHopId: string;
  readonly description: string;
}

/** Spec of a route to a server. */
export interface RouteSpec {
  readonly routeTableId: string;
  /** Destination CIDR. */
  readonly destination: string;
  /** ID of the server to route to. */
  readonly nextHopId: string;
  /** At most {@link maxRouteDescriptionLength} characters. */
  readonly description: string;
}

/** An entry of a route table that cannot be read. */
export interface SkippedRoute {
  /** Empty if the ID cannot be read. */
  readonly routeId: string;
  /** Empty if the destination cannot be read. In this case, it may be any destination. */
  readonly destination: string;
  /** Reason in one line, for example `route.description: expected text, got 7`. */
  readonly reason: string;
}

/** Result of {@link VpcClient.listRoutes}. */
export interface RouteList {
  /** Each route once. */
  readonly routes: readonly Route[];
  /** Entries that cannot be read. The routes exist, but nothing else is known about them. */
  readonly skipped: readonly SkippedRoute[];
  /** Whether the list is proven to be complete. If false, a route that is not in the list may exist. */
  readonly complete: boolean;
  /** Number of pages read in all passes. */
  readonly calls: number;
}

/**
 * Client for the Virtual Private Cloud API. Every method throws a `CloudError` if the call fails. See
 * inspur-api.md#vpc.
 */
export interface VpcClient {
  /** Lists all VPCs of the account and region. If `vpcId` is given, lists only that VPC. */
  listVpcs(filter?: { readonly vpcId?: string }, options?: CallOptions): Promise<readonly Vpc[]>;
  /**
   * Lists all routes of a route table, no matter who created them. If the pages report no consistent total, they are
   * read again until two passes find the same routes.
   */
  listRoutes(filter: { readonly routeTableId: string }, options?: CallOptions): Promise<RouteList>;
  /**
   * Adds a route to a server. After an unknown outcome, the table is read: a route with the same destination, next hop,
   * and description is assumed to be the requested one. The request is retried only if certainly no route to the
   * destination exists.
   *
   * @throws RangeError if the description is too long
   */
  addRoute(spec: RouteSpec, options?: CallOptions): Promise<Route>;
  /** Deletes a route. If the route does not exist, throws an error for which `isRouteNotFound` returns true. */
  deleteRoute(routeId: string, options?: CallOptions): Promise<void>;
}

import type { CallOptions } from '../call/call-options.ts';

/** A virtual private cloud, as far as it is used. See inspur-api.md#vpc; names of fields assumed. */
export interface Vpc {
  readonly vpcId: string;
  /** Empty where the cloud gives none. */
  readonly vpcName: string;
}

/** A route of a VPC's table. Strings are empty where the cloud gives none. See inspur-api.md#vpc. */
export interface Route {
  readonly routeId: string;
  readonly routeTableId: string;
  /** A CIDR, as the cloud writes it. */
  readonly destination: string;
  /** `ECS` where the next hop is a server. */
  readonly nextHopType: string;
  /** What the route leads to: the id of the server where the type is `ECS`. */
  readonly nextHopId: string;
  readonly description: string;
}

/** What is wanted of a route to a server. */
export interface RouteSpec {
  readonly routeTableId: string;
  /** A CIDR. */
  readonly destination: string;
  /** The server that it leads to. */
  readonly nextHopId: string;
  /** At most {@link maxRouteDescriptionLength} characters. */
  readonly description: string;
}

/** An entry of a table that cannot be read. */
export interface SkippedRoute {
  /** Empty where not even that can be read. */
  readonly routeId: string;
  /** Empty where not even that can be read: it may then be any. */
  readonly destination: string;
  /** One line, such as `route.description: expected text, got 7`. */
  readonly reason: string;
}

/** What the cloud shows of a table. */
export interface RouteList {
  /** Each route once. */
  readonly routes: readonly Route[];
  /** Entries that cannot be read: nothing is known of these routes but that they are there. */
  readonly skipped: readonly SkippedRoute[];
  /** Whether it is proven that nothing is missing. If false, what is not in the list may exist. */
  readonly complete: boolean;
  /** Pages that were read, in all passes. */
  readonly calls: number;
}

/** Virtual Private Cloud. Every method throws a `CloudError` where the call failed. See inspur-api.md#vpc. */
export interface VpcClient {
  /** All VPCs of the account and region, page by page; with `vpcId`, that one alone. */
  listVpcs(filter?: { readonly vpcId?: string }, options?: CallOptions): Promise<readonly Vpc[]>;
  /**
   * The routes of one table, all pages, whoever made them. If the pages say no steady total, they are read again until
   * two passes find the same.
   */
  listRoutes(filter: { readonly routeTableId: string }, options?: CallOptions): Promise<RouteList>;
  /**
   * Adds a route to a server. After an unknown outcome the table is looked at, and what has the same destination, next
   * hop and description is taken for the one that was made; it is added again only where surely no route leads to the
   * destination.
   *
   * @throws RangeError for a description that is too long
   */
  addRoute(spec: RouteSpec, options?: CallOptions): Promise<Route>;
  /** Deletes a route. One that is not there is refused, see `isRouteNotFound`. */
  deleteRoute(routeId: string, options?: CallOptions): Promise<void>;
}

import type { NodeAddress } from './kubernetes-types.ts';

/** A route to the pods of one Node. Contract §1.3. */
export interface Route {
  /** The cloud's name of the route; ignored on creation. */
  readonly name: string;
  /** The Node's name; empty where the route's target is no Node of this cluster. */
  readonly targetNode: string;
  /** Set by the provider on listed routes: changes of the Node's addresses then matter. */
  readonly enableNodeAddresses?: boolean;
  readonly targetNodeAddresses?: readonly NodeAddress[];
  readonly destinationCIDR: string;
  /** True where the route leads nowhere, because its target is gone. */
  readonly blackhole?: boolean;
}

/** What comes with every call about routes. */
export interface RouteCallOptions {
  /** Aborts when the lease is lost or the process ends. */
  readonly signal: AbortSignal;
}

/** Routes for pod CIDRs. */
export interface Routes {
  /** All routes of the cluster's table, ours and others'. */
  list(clusterName: string, options: RouteCallOptions): Promise<readonly Route[]>;
  /** Creates a route; `nameHint` (the Node's UID) makes its name unique. */
  create(
    clusterName: string,
    nameHint: string,
    route: Route,
    options: RouteCallOptions,
  ): Promise<void>;
  /** Deletes a route exactly as `list` gave it. */
  delete(clusterName: string, route: Route, options: RouteCallOptions): Promise<void>;
}

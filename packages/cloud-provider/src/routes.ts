import type { Node, NodeAddress } from './kubernetes-types.ts';

/** A route to the pods of one Node. See contract.md#routes; `foreign` and `description` are ours. */
export interface Route {
  /** The cloud's name of the route; ignored on creation. */
  readonly name: string;
  /**
   * The Node to whose server the route leads now, whoever it was made for; empty where it leads to
   * none of this cluster. A route whose server is not the Node's any more has another name here.
   */
  readonly targetNode: string;
  /** Set by the provider on listed routes: changes of the Node's addresses then matter. */
  readonly enableNodeAddresses?: boolean;
  readonly targetNodeAddresses?: readonly NodeAddress[];
  readonly destinationCIDR: string;
  /** True where the route leads nowhere, because its target is gone. */
  readonly blackhole?: boolean;
  /**
   * Set by the provider on listed routes: somebody else made it. It is never deleted, and its
   * destination is taken: a route to the very Node is as good as ours, any other is in the way.
   */
  readonly foreign?: boolean;
  /**
   * Set by the provider on listed routes that carry this cluster's name, since another cluster may have the same name:
   * how sure it is that this cluster made the route. Absent: as sure as upstream, so the route may be removed inside of
   * `--cluster-cidr`.
   */
  readonly ownership?: RouteOwnership;
  /** What the route is, for people, in one line; default its name. */
  readonly description?: string;
}

/** How sure a provider is that this cluster made a route. */
export type RouteOwnership =
  /** It did: the route leads to a server of this cluster, or did before the server was gone. It may be removed everywhere. */
  | 'proven'
  /** Another cluster with the same name may have made it. It is never removed. */
  | 'doubtful';

/** What comes with every call about routes. */
export interface RouteCallOptions {
  /** Aborts when the lease is lost or the process ends. */
  readonly signal: AbortSignal;
  /** All Nodes of the cluster as known now: by them a server is told to be a Node's, and the reverse. */
  readonly nodes: readonly Node[];
}

/** Routes for pod CIDRs. */
export interface Routes {
  /** All routes of the cluster's table, ours and others'. */
  list(clusterName: string, options: RouteCallOptions): Promise<readonly Route[]>;
  /**
   * Creates a route; `nameHint` (the Node's UID) makes its name unique.
   *
   * @throws RouteDoubtError where the route may be there already
   * @throws NodePendingError if the Node must be initialized first
   */
  create(
    clusterName: string,
    nameHint: string,
    route: Route,
    options: RouteCallOptions,
  ): Promise<void>;
  /** Deletes a route exactly as `list` gave it. A route that is gone already counts as deleted. */
  delete(clusterName: string, route: Route, options: RouteCallOptions): Promise<void>;
}

import { canonicalCidr } from '@k8s-ccm/foundation';
import type { Node, NodeAddress, Route } from '@k8s-ccm/cloud-provider';
import type { Cidr } from '@k8s-ccm/foundation';
import { hasFamilyOf, isInCluster, isServed } from './cluster-cidrs.ts';

/** All that a plan is made of. */
export interface RouteFacts {
  /** As the cloud lists them. */
  readonly routes: readonly Route[];
  /** All Nodes of the cluster. */
  readonly nodes: readonly Node[];
  /** The ranges of `--cluster-cidr`. */
  readonly clusterCidrs: readonly Cidr[];
}

/** A route that a Node should have and cannot get, because another route has its destination. */
export interface BlockedRoute {
  /** As the Node writes it. */
  readonly destinationCIDR: string;
  /** The route in the way, which stays. It has no name if it is still to be created. */
  readonly by: Route;
  /**
   * Why it stays: `foreign`, somebody else made it; `doubtful`, another cluster with the same name may have made it;
   * `other-node`, it serves another Node with the same pod CIDR.
   */
  readonly reason: 'foreign' | 'doubtful' | 'other-node';
}

/** What is to be done for one Node. */
export interface NodePlan {
  readonly node: Node;
  /** Routes to create, after those of {@link RoutePlan.remove} are gone. */
  readonly add: readonly Route[];
  readonly blocked: readonly BlockedRoute[];
  /** Pod CIDRs that get no route, because they lie outside of the cluster's ranges; none of a family without a range. */
  readonly outside: readonly string[];
  /**
   * Whether routes to all its pod CIDRs in the cluster's ranges lead to the Node once `add` is done. `undefined` if it
   * has pod CIDRs, but none in these ranges: its condition is left alone.
   */
  readonly reachable: boolean | undefined;
}

/** How the cloud's table becomes what the Nodes need. */
export interface RoutePlan {
  /** Routes that already lead to the Node that has their destination. */
  readonly keep: readonly Route[];
  /** Routes to delete, exactly as they were listed. */
  readonly remove: readonly Route[];
  /** The Nodes whose reachability is to be shown; others are left alone (contract.md#route-condition). */
  readonly nodes: readonly NodePlan[];
}

/**
 * Compares the cloud's table with what the Nodes need (contract.md#route-reconcile). Destinations are compared as addresses. Routes
 * are created inside of the cluster's ranges only. A route that serves a Node stays. Of the others, a route that
 * somebody else made or may have made is never removed, nor is one outside of the cluster's ranges, unless it is proven
 * to be ours. One route of ours at most is left to each destination in the ranges, and only one Node's is added.
 */
export function planRoutes({ routes, nodes, clusterCidrs }: RouteFacts): RoutePlan {
  const byDestination = Map.groupBy(routes, ({ destinationCIDR }) =>
    canonicalCidr(destinationCIDR),
  );
  const targeted = new Set(routes.filter(isOurs).map(({ targetNode }) => targetNode));
  const mayReplace = (route: Route) =>
    isOurs(route) &&
    route.ownership !== 'doubtful' &&
    isInCluster(route.destinationCIDR, clusterCidrs);
  const mayRemove = (route: Route) =>
    mayReplace(route) || (isOurs(route) && route.ownership === 'proven');
  const serving = (node: Node, destinationCIDR: string) =>
    (byDestination.get(canonicalCidr(destinationCIDR)) ?? []).filter(
      (route) => leadsTo(node, route) && (!mayReplace(route) || hasCurrentAddresses(node, route)),
    );
  // Of all Nodes first: what serves one Node is in the way of another.
  const keep = new Set<Route>();
  const kept = new Set<string>();
  for (const node of nodes) {
    for (const route of podCidrsOf(node).flatMap((cidr) => serving(node, cidr))) {
      const key = canonicalCidr(route.destinationCIDR);
      if (mayReplace(route) && kept.has(key)) continue;
      if (mayReplace(route)) kept.add(key);
      keep.add(route);
    }
  }
  /** What is to be created so far, by its destination. */
  const claimed = new Map<string, Route>();
  const inTheWay = (node: Node, destinationCIDR: string): BlockedRoute | undefined => {
    const key = canonicalCidr(destinationCIDR);
    const by = byDestination.get(key)?.find((route) => keep.has(route) || !mayRemove(route));
    if (by !== undefined) return { destinationCIDR, by, reason: reasonToStay(by) };
    const claim = claimed.get(key);
    return claim === undefined || claim.targetNode === nameOf(node)
      ? undefined
      : { destinationCIDR, by: claim, reason: 'other-node' };
  };
  const planFor = (node: Node): NodePlan => {
    const add: Route[] = [];
    const blocked: BlockedRoute[] = [];
    const podCidrs = podCidrsOf(node);
    const served = podCidrs.filter((cidr) => isServed(cidr, clusterCidrs));
    for (const cidr of served) {
      if (serving(node, cidr).some((route) => keep.has(route))) continue;
      const found = inTheWay(node, cidr);
      if (found !== undefined) {
        blocked.push(found);
        continue;
      }
      const route = routeTo(node, cidr);
      claimed.set(canonicalCidr(cidr), route);
      add.push(route);
    }
    const outside = podCidrs.filter(
      (cidr) => !served.includes(cidr) && hasFamilyOf(cidr, clusterCidrs),
    );
    const isLeftAlone = podCidrs.length > 0 && served.length === 0;
    const reachable = isLeftAlone ? undefined : served.length > 0 && blocked.length === 0;
    return { node, add, blocked, outside, reachable };
  };
  return {
    keep: [...keep],
    remove: routes.filter((route) => mayRemove(route) && !keep.has(route)),
    nodes: nodes
      .filter((node) => podCidrsOf(node).length > 0 || targeted.has(nameOf(node)))
      .map(planFor),
  };
}

function isOurs({ foreign }: Route): boolean {
  return foreign !== true;
}

function leadsTo(node: Node, { targetNode, blackhole }: Route): boolean {
  return targetNode !== '' && targetNode === nameOf(node) && blackhole !== true;
}

/** The same addresses, in any order (contract.md#route-reconcile). */
function hasCurrentAddresses(node: Node, route: Route): boolean {
  if (route.enableNodeAddresses !== true) return true;
  const wanted = addressesOf(node);
  const present = route.targetNodeAddresses ?? [];
  return (
    present.length === wanted.length &&
    wanted.every(({ type, address }) =>
      present.some((other) => other.type === type && other.address === address),
    )
  );
}

function reasonToStay(route: Route): BlockedRoute['reason'] {
  if (!isOurs(route)) return 'foreign';
  return route.ownership === 'doubtful' ? 'doubtful' : 'other-node';
}

function routeTo(node: Node, destinationCIDR: string): Route {
  return {
    name: '',
    targetNode: nameOf(node),
    targetNodeAddresses: addressesOf(node),
    destinationCIDR,
  };
}

function nameOf({ metadata }: Node): string {
  return metadata?.name ?? '';
}

function podCidrsOf({ spec }: Node): readonly string[] {
  return spec?.podCIDRs ?? [];
}

function addressesOf({ status }: Node): readonly NodeAddress[] {
  return status?.addresses ?? [];
}

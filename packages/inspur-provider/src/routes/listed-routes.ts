import { canonicalCidr } from '@k8s-ccm/foundation';
import { DefaultClusterName } from '@k8s-ccm/cloud-provider';
import type { Node, Route as ListedRoute, RouteOwnership } from '@k8s-ccm/cloud-provider';
import { serverHopType } from '@k8s-ccm/inspur-sdk';
import type { Route } from '@k8s-ccm/inspur-sdk';

import type { OwnRoutes } from './own-routes.ts';
import { NodesByServer } from './nodes-by-server.ts';
import { describeRoute } from './route-errors.ts';
import { isMarkOf, routeMark } from './route-mark.ts';

/** What is known of a table and of what its routes lead to. */
export interface RouteSurroundings {
  readonly clusterName: string;
  readonly nodes: readonly Node[];
  /** Servers that are gone for sure. */
  readonly goneServers: ReadonlySet<string>;
  /** The routes that are proven to be ours by what happened before. */
  readonly provenRoutes: Pick<OwnRoutes, 'has'>;
}

/** The routes of a table as the route controller sees them. Pure. */
export function listedRoutes(
  routes: readonly Route[],
  { clusterName, goneServers, nodes, provenRoutes }: RouteSurroundings,
): readonly ListedRoute[] {
  const servers = new NodesByServer(nodes, clusterName);
  const destinations = destinationsByMark(nodes, clusterName);
  // A name that somebody has chosen is one cluster's.
  const isNameShared = clusterName === DefaultClusterName;
  return routes.map((route) => {
    const isOurs = isMarkOf(route.description, clusterName);
    const isGone = leadsToServer(route) && goneServers.has(route.nextHopId);
    const isProven =
      isGone ||
      provenRoutes.has(route.routeId) ||
      (leadsToServer(route) && servers.nodesOf(route.nextHopId).length > 0);
    const isDoubtful = isNameShared && leadsToServer(route) && !isWanted(route, destinations);
    return {
      name: route.routeId,
      targetNode: targetOf(route, isOurs, clusterName, servers),
      destinationCIDR: canonicalCidr(route.destination),
      description: describeRoute(route),
      ...(isOurs ? ownershipOf(isProven, isDoubtful) : { foreign: true }),
      ...(isOurs && isGone ? { blackhole: true } : {}),
    };
  });
}

function ownershipOf(
  isProven: boolean,
  isDoubtful: boolean,
): { readonly ownership?: RouteOwnership } {
  if (isProven) return { ownership: 'proven' };
  return isDoubtful ? { ownership: 'doubtful' } : {};
}

/** Whether a route carries the mark of a Node and leads to a pod CIDR of it. */
function isWanted(
  { description, destination }: Route,
  destinations: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  return destinations.get(description)?.has(canonicalCidr(destination)) === true;
}

function destinationsByMark(
  nodes: readonly Node[],
  clusterName: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    nodes.map(({ metadata, spec }) => [
      routeMark(clusterName, metadata?.name ?? ''),
      new Set((spec?.podCIDRs ?? []).map(canonicalCidr)),
    ]),
  );
}

/** True where a route leads to a server, and not to a gateway or the like. */
export function leadsToServer({ nextHopType, nextHopId }: Route): boolean {
  return nextHopId !== '' && (nextHopType === '' || nextHopType.toUpperCase() === serverHopType);
}

/** The Node to whose server a route leads now, whoever it was made for. */
function targetOf(
  route: Route,
  isOurs: boolean,
  clusterName: string,
  servers: NodesByServer,
): string {
  if (!leadsToServer(route)) return '';
  const { description, nextHopId } = route;
  const names = servers.nodesOf(nextHopId);
  // Where two Nodes name one server, a route must not wander between them.
  const meant = names.find((name) => isOurs && routeMark(clusterName, name) === description);
  const [first] = names;
  if (first !== undefined) return meant ?? first;
  // A Node that does not say what its server is keeps its route.
  return (isOurs ? servers.undecidedNodeOf(description) : undefined) ?? '';
}

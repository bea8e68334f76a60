import type { Node, Route as ListedRoute } from '@k8s-ccm/cloud-provider';
import type { Route } from '@k8s-ccm/inspur-sdk';

/** The table of the nodes. */
export const tableId = 'rtb-1';

/** The cluster whose routes are ours. */
export const clusterName = 'kubernetes';

/** A Node `node-<n>` with the pod CIDR `10.244.<n>.0/24` on the server `i-<n>`, or another one; `''` for none yet. */
export function routedNode(n: number, serverId = `i-${n}`): Node {
  return {
    metadata: { name: `node-${n}`, uid: `uid-${n}` },
    spec: {
      podCIDRs: [cidrOf(n)],
      ...(serverId === '' ? {} : { providerID: `incloud://${serverId}` }),
    },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.${n >> 8}.${n & 255}` }] },
  };
}

/** The Nodes `node-1` to `node-<count>`. */
export function routedNodes(count: number): readonly Node[] {
  return Array.from({ length: count }, (_, index) => routedNode(index + 1));
}

/** The pod CIDR of a Node. */
export function cidrOf(n: number): string {
  return `10.${244 + (n >> 8)}.${n & 255}.0/24`;
}

/** What the controller asks for a Node. */
export function wantedRoute(n: number, destinationCIDR = cidrOf(n)): ListedRoute {
  return { name: '', targetNode: `node-${n}`, destinationCIDR };
}

/** A route of the table, as the SDK gives it: of a stranger, to server `i-9`. */
export function buildRoute(fields: Partial<Route> = {}): Route {
  return {
    routeId: 'r-1',
    routeTableId: tableId,
    destination: '10.244.1.0/24',
    nextHopType: 'ECS',
    nextHopId: 'i-9',
    description: 'by hand',
    ...fields,
  };
}

/** Servers of the Nodes `node-1` to `node-<count>`, and tables. */
export function routedCloud(count: number) {
  return {
    routeTables: [{ routeTableId: tableId }, { routeTableId: 'rtb-2' }],
    servers: Array.from({ length: count }, (_, index) => ({
      serverId: `i-${index + 1}`,
      serverName: `node-${index + 1}`,
      privateIps: [`192.168.${(index + 1) >> 8}.${(index + 1) & 255}`],
    })),
  };
}

/** What other people have in the tables: gateways, hand-made routes, another cluster's. */
export const strangeRoutes: readonly Route[] = [
  buildRoute({
    routeId: 's-1',
    destination: '0.0.0.0/0',
    nextHopType: 'NAT',
    nextHopId: 'nat-1',
    description: '',
  }),
  buildRoute({ routeId: 's-2', destination: '10.250.0.0/24', nextHopId: 'i-1' }),
  buildRoute({
    routeId: 's-3',
    destination: '10.251.0.0/24',
    nextHopId: 'i-2',
    description: 'k8s-ccm/other/node-1',
  }),
  buildRoute({
    routeId: 's-4',
    destination: '10.244.1.0/24',
    routeTableId: 'rtb-2',
    description: 'k8s-ccm/kubernetes/node-1',
  }),
  buildRoute({
    routeId: 's-5',
    destination: '10.252.0.0/24',
    description: 'k8s-ccm/kubernetes/node-1 (hands off)',
  }),
];

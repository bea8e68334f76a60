import type { RouteSpec } from './vpc.ts';

// Everything about the VPC API that no public source gives, in one place; for what it shares with ECS, see
// rpc-assumed.ts. The fields of a route are in route-wire.ts, the codes in vpc-error-code.ts. Whoever has an account
// corrects it here.

/** [assumed] The version of the VPC API: that of ECS. */
export const vpcVersion = '2019-01-31';

/** [assumed] How the list of VPCs is narrowed down. */
export function vpcQuery(vpcId: string | undefined): Readonly<Record<string, string>> {
  return vpcId === undefined ? {} : { vpcId };
}

/** [assumed] Where in `Data` the entries and their number on all pages are. */
export const vpcFields = { entries: 'vpcs', total: 'total' } as const;

/** [assumed] How the list of routes is narrowed down to a table. */
export function routeQuery(routeTableId: string): Readonly<Record<string, string>> {
  return { routeTableId };
}

/** [assumed] Where in `Data` the entries and their number on all pages are. */
export const routeFields = { entries: 'routes', total: 'total' } as const;

/** [assumed] The method of what changes something; its parameters stand in the query like all others. */
export const changeMethod = 'POST';

/** The type of a next hop that is a server. See inspur-api.md#vpc. */
export const serverHopType = 'ECS';

/** [assumed] The parameters of AddRoute: the fields of a route, less its id. */
export function addRouteQuery(spec: RouteSpec): Readonly<Record<string, string>> {
  const { description, destination, nextHopId, routeTableId } = spec;
  return { routeTableId, destination, nextHopType: serverHopType, nextHopId, description };
}

/** [assumed] Where in the answer to AddRoute the route's id is. */
export const addedRouteField = 'routeId';

/** [assumed] The parameters of DeleteRoute. */
export function deleteRouteQuery(routeId: string): Readonly<Record<string, string>> {
  return { routeId };
}

/** [assumed] Most characters of a route's description. */
export const maxRouteDescriptionLength = 255;

import type { RouteSpec } from './vpc.ts';

// All assumptions about the VPC API that no public source confirms. The ones shared with ECS are in rpc-assumed.ts, the
// fields of a route in route-wire.ts, the codes in vpc-error-code.ts. If you have an account, correct them here.

/** [assumed] Version of the VPC API, which is that of ECS. */
export const vpcVersion = '2019-01-31';

/** [assumed] Parameters that filter the list of VPCs. */
export function vpcQuery(vpcId: string | undefined): Readonly<Record<string, string>> {
  return vpcId === undefined ? {} : { vpcId };
}

/** [assumed] Fields of `Data` that contain the entries and their total number. */
export const vpcFields = { entries: 'vpcs', total: 'total' } as const;

/** [assumed] Parameters that filter the list of routes by table. */
export function routeQuery(routeTableId: string): Readonly<Record<string, string>> {
  return { routeTableId };
}

/** [assumed] Fields of `Data` that contain the entries and their total number. */
export const routeFields = { entries: 'routes', total: 'total' } as const;

/** [assumed] HTTP method of operations that change something. Their parameters are also in the query. */
export const changeMethod = 'POST';

/** Type of a next hop that is a server. See inspur-api.md#vpc. */
export const serverHopType = 'ECS';

/** [assumed] Parameters of AddRoute: the fields of a route without its ID. */
export function addRouteQuery(spec: RouteSpec): Readonly<Record<string, string>> {
  const { description, destination, nextHopId, routeTableId } = spec;
  return { routeTableId, destination, nextHopType: serverHopType, nextHopId, description };
}

/** [assumed] Field of the response to AddRoute that contains the ID of the route. */
export const addedRouteField = 'routeId';

/** [assumed] Parameters of DeleteRoute. */
export function deleteRouteQuery(routeId: string): Readonly<Record<string, string>> {
  return { routeId };
}

/** [assumed] Maximum length of a route's description, in characters. */
export const maxRouteDescriptionLength = 255;

import { ServiceError } from '../service/service-error.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Route } from '../state/wire.ts';
import type { Cidr } from './cidr.ts';
import { isSameCidr, parseCidr } from './cidr.ts';
import type { RpcParameters } from './rpc-parameters.ts';
import type { RpcAction, RpcResult } from './rpc-service.ts';

/**
 * Error codes of the VPC API. They are not published and follow the pattern of the SLB API (service, kind, status)
 * [assumed]. The others are ECS's.
 */
const VpcCode = {
  RouteTableNotFound: '102.002404',
  RouteNotFound: '102.003404',
  /** The table already has a route to the same destination. */
  RouteExists: '102.003409',
  /** The server of the next hop does not exist. */
  ServerNotFound: '102.101404',
} as const;

/** The VPC that every account has. */
const defaultVpcId = 'vpc-default';

/** Maximum length of a route's description, in characters. */
const maxDescriptionLength = 255;

/**
 * Returns the actions of the VPC API for the routes and VPCs of a cloud (inspur-api.md#vpc; parameters and responses
 * assumed).
 */
export function vpcActions(state: CloudState): Readonly<Record<string, RpcAction>> {
  return {
    ListVPCs: {
      perform: (parameters) => {
        const vpcId = parameters.text('vpcId', '');
        const found = vpcIdsOf(state)
          .filter((id) => vpcId === '' || id === vpcId)
          .map((id) => ({ vpcId: id, vpcName: id }));
        return vpcList(parameters.page(found), found.length);
      },
      empty: vpcList([], 0),
    },
    ListRoutes: {
      perform: (parameters) => {
        const table = parameters.text('routeTableId', '');
        if (table !== '') checkTable(state, table);
        const found = [...state.routes.values()].filter(
          (route) => table === '' || route.routeTableId === table,
        );
        return routeList(parameters.page(found), found.length);
      },
      empty: routeList([], 0),
    },
    AddRoute: { perform: (parameters) => addRoute(state, parameters) },
    DeleteRoute: {
      perform: (parameters) => {
        const routeId = parameters.text('routeId');
        if (!state.routes.delete(routeId))
          throw new ServiceError(VpcCode.RouteNotFound, `routeId: route ${routeId} does not exist`);
        return { data: { routeId } };
      },
    },
  };
}

/** Returns the default VPC and those that load balancers and servers name. */
function vpcIdsOf(state: CloudState): readonly string[] {
  const ids = new Set([defaultVpcId]);
  for (const { wire } of state.slbs()) if (wire.vpcId !== '') ids.add(wire.vpcId);
  for (const { vpcId } of state.servers.values()) if (vpcId !== '') ids.add(vpcId);
  return [...ids];
}

function vpcList(vpcs: readonly { readonly vpcId: string }[], total: number): RpcResult {
  return { data: { total, vpcs } };
}

function routeList(routes: readonly Route[], total: number): RpcResult {
  return { data: { total, routes } };
}

function addRoute(state: CloudState, parameters: RpcParameters): RpcResult {
  const routeTableId = parameters.text('routeTableId');
  checkTable(state, routeTableId);
  const destination = parameters.text('destination');
  const block = parseCidr(destination);
  if (block === undefined) throw parameters.refuse('destination', 'a CIDR');
  if (!block.isNetwork) throw parameters.refuse('destination', 'the first address of its block');
  if (parameters.text('nextHopType') !== 'ECS') throw parameters.refuse('nextHopType', 'ECS');
  const nextHopId = parameters.text('nextHopId');
  if (state.servers.size > 0 && !state.servers.has(nextHopId))
    throw new ServiceError(VpcCode.ServerNotFound, `nextHopId: server ${nextHopId} does not exist`);
  const description = parameters.text('description', '');
  if (description.length > maxDescriptionLength)
    throw parameters.refuse('description', `at most ${maxDescriptionLength} characters`);
  const holder = holderOf(state, routeTableId, block);
  if (holder !== undefined) {
    throw new ServiceError(
      VpcCode.RouteExists,
      `destination: ${destination} of ${routeTableId} is used by route ${holder.routeId}`,
    );
  }
  const route: Route = {
    routeId: state.newId('route'),
    routeTableId,
    destination,
    nextHopType: 'ECS',
    nextHopId,
    description,
  };
  state.routes.set(route.routeId, route);
  return { data: route };
}

/** Returns the route of a table to a destination. */
function holderOf(state: CloudState, routeTableId: string, block: Cidr): Route | undefined {
  return [...state.routes.values()].find((route) => {
    if (route.routeTableId !== routeTableId) return false;
    const taken = parseCidr(route.destination);
    return taken !== undefined && isSameCidr(taken, block);
  });
}

/** Refuses an unknown route table. A cloud without route tables accepts any ID. */
function checkTable({ routeTables }: CloudState, routeTableId: string): void {
  if (routeTables.size > 0 && !routeTables.has(routeTableId))
    throw new ServiceError(
      VpcCode.RouteTableNotFound,
      `routeTableId: route table ${routeTableId} does not exist`,
    );
}

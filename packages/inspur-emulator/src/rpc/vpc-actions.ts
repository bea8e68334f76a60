import { ServiceError } from '../service/service-error.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Route } from '../state/wire.ts';
import type { Cidr } from './cidr.ts';
import { isSameCidr, parseCidr } from './cidr.ts';
import type { RpcParameters } from './rpc-parameters.ts';
import type { RpcAction, RpcResult } from './rpc-service.ts';

/** Codes of the VPC API: not published, after the pattern of the SLB API's (service, kind, status) [assumed]. The rest are ECS's. */
const VpcCode = {
  RouteTableNotFound: '102.002404',
  RouteNotFound: '102.003404',
  /** The table has a route to the same destination. */
  RouteExists: '102.003409',
  /** The next hop. */
  ServerNotFound: '102.101404',
} as const;

/** The VPC that every account has, whatever else is in the cloud. */
const defaultVpcId = 'vpc-default';

/** Most characters of a route's description. */
const maxDescriptionLength = 255;

/** The actions of the VPC API over a cloud's routes and the VPCs of its objects (inspur-api.md#vpc; parameters and answers assumed). */
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
          throw new ServiceError(VpcCode.RouteNotFound, `routeId: no route ${routeId}`);
        return { data: { routeId } };
      },
    },
  };
}

/** Those that load balancers and servers name, and the one that is always there. */
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
    throw new ServiceError(VpcCode.ServerNotFound, `nextHopId: no server ${nextHopId}`);
  const description = parameters.text('description', '');
  if (description.length > maxDescriptionLength)
    throw parameters.refuse('description', `at most ${maxDescriptionLength} characters`);
  const holder = holderOf(state, routeTableId, block);
  if (holder !== undefined) {
    throw new ServiceError(
      VpcCode.RouteExists,
      `destination: ${destination} of ${routeTableId} is in use by the route ${holder.routeId}`,
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

/** The route of a table that leads to this destination. */
function holderOf(state: CloudState, routeTableId: string, block: Cidr): Route | undefined {
  return [...state.routes.values()].find((route) => {
    if (route.routeTableId !== routeTableId) return false;
    const taken = parseCidr(route.destination);
    return taken !== undefined && isSameCidr(taken, block);
  });
}

/** A cloud without route tables has every one that is named. */
function checkTable({ routeTables }: CloudState, routeTableId: string): void {
  if (routeTables.size > 0 && !routeTables.has(routeTableId))
    throw new ServiceError(
      VpcCode.RouteTableNotFound,
      `routeTableId: no route table ${routeTableId}`,
    );
}

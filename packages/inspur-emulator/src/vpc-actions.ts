import { isIP } from 'node:net';
import type { CloudState } from './cloud-state.ts';
import type { RpcParameters } from './rpc-parameters.ts';
import type { RpcAction, RpcResult } from './rpc-service.ts';
import type { Route } from './wire.ts';

/** The VPC that every account has, whatever else is in the cloud. */
const defaultVpcId = 'vpc-default';

/** The actions of the VPC API over a cloud's routes and the VPCs of its objects (inspur.md §4; parameters and answers assumed). */
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
        if (!state.routes.delete(routeId)) throw parameters.refuse('routeId', 'the id of a route');
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
  const destination = parameters.text('destination');
  if (!isCidr(destination)) throw parameters.refuse('destination', 'a CIDR');
  const twin = [...state.routes.values()].find(
    (route) => route.routeTableId === routeTableId && route.destination === destination,
  );
  if (twin !== undefined)
    throw parameters.refuse('destination', `one that ${twin.routeId} does not have`);
  if (parameters.text('nextHopType') !== 'ECS') throw parameters.refuse('nextHopType', 'ECS');
  const nextHopId = parameters.text('nextHopId');
  if (state.servers.size > 0 && !state.servers.has(nextHopId))
    throw parameters.refuse('nextHopId', 'the id of a server');
  const route: Route = {
    routeId: state.newId('route'),
    routeTableId,
    destination,
    nextHopType: 'ECS',
    nextHopId,
    description: parameters.text('description', ''),
  };
  state.routes.set(route.routeId, route);
  return { data: route };
}

function isCidr(text: string): boolean {
  const [address = '', length = '', ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= most;
}

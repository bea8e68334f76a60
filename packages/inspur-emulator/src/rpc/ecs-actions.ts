import { ServiceError } from '../service/service-error.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Server } from '../state/wire.ts';
import type { RpcParameters } from './rpc-parameters.ts';
import { RpcCode } from './rpc-parameters.ts';
import type { RpcAction, RpcResult } from './rpc-service.ts';

/** Returns the actions of the ECS API for the servers of a cloud (inspur-api.md#ecs). */
export function ecsActions(state: CloudState): Readonly<Record<string, RpcAction>> {
  const list = (
    parameters: RpcParameters,
    ids: readonly string[] | undefined,
    emptyCode: string,
  ): RpcResult => {
    const name = parameters.text('serverName', '');
    const found = visibleServers(state, ids).filter(
      (server) => name === '' || server.serverName === name,
    );
    return serverList(parameters.page(found), found.length, emptyCode);
  };
  const change = (status: string): RpcAction => ({
    perform: (parameters) => {
      const server = serverOf(state, parameters);
      state.servers.set(server.serverId, { ...server, status });
      return { data: { serverId: server.serverId } };
    },
  });
  return {
    ListServers: {
      perform: (parameters) => list(parameters, parameters.ids('serverIds'), RpcCode.ListEmpty),
      empty: serverList([], 0, RpcCode.ListEmpty),
    },
    ShowServersDetailed: {
      perform: (parameters) => {
        const ids = parameters.ids('serverIds') ?? [parameters.text('serverId')];
        return list(parameters, ids, RpcCode.DetailEmpty);
      },
      empty: serverList([], 0, RpcCode.DetailEmpty),
    },
    StartServer: change('active'),
    StopServer: change('stopped'),
    DeleteServer: {
      perform: (parameters) => {
        const { serverId } = serverOf(state, parameters);
        state.servers.delete(serverId);
        return { data: { serverId } };
      },
    },
  };
}

function serverList(servers: readonly Server[], total: number, emptyCode: string): RpcResult {
  const data = { total, servers };
  return servers.length === 0 ? { data, code: emptyCode } : { data };
}

function visibleServers(state: CloudState, ids: readonly string[] | undefined): readonly Server[] {
  const { servers, hiddenServers } = state;
  const chosen =
    ids === undefined
      ? [...servers.values()]
      : [...new Set(ids)].flatMap((id) => servers.get(id) ?? []);
  return hiddenServers.size === 0
    ? chosen
    : chosen.filter((server) => !hiddenServers.has(server.serverId));
}

function serverOf(state: CloudState, parameters: RpcParameters): Server {
  const serverId = parameters.text('serverId');
  const server = state.servers.get(serverId);
  if (server === undefined)
    throw new ServiceError(RpcCode.DetailEmpty, `serverId: server ${serverId} does not exist`);
  return server;
}

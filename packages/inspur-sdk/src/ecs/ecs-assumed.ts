import type { ServerFilter } from './ecs.ts';

// Everything about the ECS API that no public source gives, in one place; for what it shares with VPC, see
// rpc-assumed.ts. The fields of a server are in ecs-wire.ts. Whoever has an account corrects it here.

/** The version of the ECS API. See inspur-api.md#rpc-style. */
export const ecsVersion = '2019-01-31';

/** [assumed] How a list of servers is narrowed down. */
export function serverQuery({ name, serverIds }: ServerFilter): Readonly<Record<string, string>> {
  return {
    ...(serverIds === undefined ? {} : { serverIds: serverIds.join(',') }),
    ...(name === undefined ? {} : { serverName: name }),
  };
}

/** [assumed] How one server is named to ShowServersDetailed. */
export function detailQuery(serverId: string): Readonly<Record<string, string>> {
  return { serverId };
}

/** [assumed] Where in `Data` the entries and their number on all pages are. */
export const serverFields = { entries: 'servers', total: 'total' } as const;

import type { ServerFilter } from './ecs.ts';

// All assumptions about the ECS API that no public source confirms. The ones shared with VPC are in rpc-assumed.ts, the
// fields of a server in ecs-wire.ts. If you have an account, correct them here.

/** Version of the ECS API. See inspur-api.md#rpc-style. */
export const ecsVersion = '2019-01-31';

/** [assumed] Parameters that filter the list of servers. */
export function serverQuery({ name, serverIds }: ServerFilter): Readonly<Record<string, string>> {
  return {
    ...(serverIds === undefined ? {} : { serverIds: serverIds.join(',') }),
    ...(name === undefined ? {} : { serverName: name }),
  };
}

/** [assumed] Parameters of ShowServersDetailed. */
export function detailQuery(serverId: string): Readonly<Record<string, string>> {
  return { serverId };
}

/** [assumed] Fields of `Data` that contain the entries and their total number. */
export const serverFields = { entries: 'servers', total: 'total' } as const;

import type { Server, ServerList } from './ecs.ts';

/**
 * Lists servers by IDs that do not fit one call. If the response for a chunk contains no server, the chunk is requested
 * again together with a server of another chunk, the witness. If the witness is missing, too, the cloud hides servers
 * that exist, and the list is not complete. Therefore, an empty response alone never proves the absence of a server,
 * provided that any response contains a server.
 */
export async function listServersInChunks(
  chunks: readonly (readonly string[])[],
  list: (serverIds: readonly string[]) => Promise<ServerList>,
): Promise<ServerList> {
  const lists = await Promise.all(chunks.map(list));
  const witness = lists.flatMap(({ servers }) => servers).at(0)?.serverId;
  const checked = await Promise.all(
    lists.map(async (found, index) => {
      if (witness === undefined || found.servers.length > 0) return found;
      const again = await list([witness, ...(chunks[index] ?? [])]);
      const isSeen = again.servers.some(({ serverId }) => serverId === witness);
      return { ...again, complete: again.complete && isSeen, calls: found.calls + again.calls };
    }),
  );
  const servers = new Map<string, Server>();
  for (const server of checked.flatMap((found) => found.servers)) {
    servers.set(server.serverId, server);
  }
  return {
    servers: [...servers.values()],
    skipped: checked.flatMap(({ skipped }) => skipped),
    complete: checked.every(({ complete }) => complete),
    calls: checked.reduce((sum, { calls }) => sum + calls, 0),
  };
}

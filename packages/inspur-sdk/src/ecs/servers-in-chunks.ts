import type { Server, ServerList } from './ecs.ts';

/**
 * Lists servers by ids that do not fit one call. A chunk whose answer shows no server is asked for again together with
 * a server of another chunk, the witness: if that one is missing too, the cloud did not show what it has, and the list is
 * not complete. So nothing is absent on the word of an answer that shows nothing, as long as any answer shows something.
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

import { NodePendingError } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

import type { NodeServers } from '../servers/node-servers.ts';
import { InstanceDoubtError } from '../servers/server-errors.ts';
import { RouteTargetError } from './route-errors.ts';

/**
 * The ID of the server that routes to the pods of a Node lead to.
 *
 * @throws NodePendingError if the Node is not initialized and does not name its server
 * @throws RouteTargetError if the Node does not lead to a server of this cloud
 * @throws InstanceDoubtError if the servers of the account cannot be read
 */
export async function routeTarget(
  node: Node,
  servers: Pick<NodeServers, 'resolve'>,
  signal: AbortSignal,
): Promise<string> {
  const name = node.metadata?.name ?? '';
  const server = (await servers.resolve([node], { signal })).get(name);
  const shown = `node ${JSON.stringify(name)}`;
  switch (server?.kind) {
    case 'server':
      return server.serverId;
    case 'pending':
      throw new NodePendingError(`${shown} is not initialized and does not name its server yet`);
    case 'none':
      throw new RouteTargetError(`${shown} does not lead to a server: ${server.reason}`);
    default:
      throw new InstanceDoubtError(
        `cannot tell which server ${shown} is: ${server?.reason ?? 'it was not resolved'}. The controller retries automatically.`,
        { cause: server?.error },
      );
  }
}

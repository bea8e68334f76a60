import type { Node } from '@k8s-ccm/cloud-provider';
import type { Server } from '@k8s-ccm/inspur-sdk';
import type { InstanceDirectory } from '@k8s-ccm/provider-kit';

import { InstanceDoubtError } from '../instances/instance-errors.ts';
import {
  describeReference,
  matchServers,
  onlyServer,
  readNodeReference,
} from '../instances/node-reference.ts';
import { instanceIdAnnotation } from '../load-balancer/hosts.ts';
import { RouteTargetError } from './route-errors.ts';

/**
 * The id of the server that routes to a Node's pods lead to: the one that the Node names, else the one of its name or
 * address.
 *
 * @throws RouteTargetError where the Node leads to no server
 * @throws InstanceDoubtError where the answer does not tell
 * @throws ForeignProviderIdError, AmbiguousServerError, InstanceCallError
 */
export async function routeTarget(
  node: Node,
  directory: Pick<InstanceDirectory<Server>, 'search'>,
  signal: AbortSignal,
): Promise<string> {
  const reference = readNodeReference(node);
  if (reference.kind === 'id') return reference.serverId;
  const { items, snapshot } = await directory.search((all) => matchServers(all, reference), {
    signal,
  });
  const name = node.metadata?.name ?? '';
  const server = onlyServer(items, name);
  if (server !== undefined) return server.serverId;
  if (!snapshot.complete || snapshot.unreadable.size > 0) {
    throw new InstanceDoubtError(
      `cannot tell whether the account has a ${describeReference(reference)}: the servers of the account cannot all be read; it is tried again by itself`,
    );
  }
  throw new RouteTargetError(
    `node "${name}" has no provider id yet, and the account shows no ${describeReference(reference)}; it is tried again by itself, and if it stays, name the server's id in the node's annotation ${instanceIdAnnotation}`,
  );
}

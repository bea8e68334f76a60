import type { Node } from '@k8s-ccm/cloud-provider';

import { statedServer } from '../servers/node-server.ts';
import { routeMark } from './route-mark.ts';

/** The Nodes of a cluster by their servers, as far as the Nodes themselves name them. */
export class NodesByServer {
  readonly #nodesByServer = new Map<string, string[]>();
  readonly #undecided = new Map<string, string>();

  constructor(nodes: readonly Node[], clusterName: string) {
    for (const node of nodes) {
      const name = node.metadata?.name ?? '';
      const server = statedServer(node);
      if (server?.kind === 'server') this.#add(server.serverId, name);
      else if (server?.kind !== 'none') this.#undecided.set(routeMark(clusterName, name), name);
    }
  }

  /** The names of the Nodes that name this server. */
  nodesOf(serverId: string): readonly string[] {
    return this.#nodesByServer.get(serverId) ?? [];
  }

  /** The name of the Node with this mark, if the Node does not name its server. */
  undecidedNodeOf(mark: string): string | undefined {
    return this.#undecided.get(mark);
  }

  #add(serverId: string, name: string): void {
    const names = this.#nodesByServer.get(serverId);
    if (names === undefined) this.#nodesByServer.set(serverId, [name]);
    else names.push(name);
  }
}

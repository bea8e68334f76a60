import type { Node } from '@k8s-ccm/cloud-provider';

import { ForeignProviderIdError } from '../instances/instance-errors.ts';
import { readNodeReference } from '../instances/node-reference.ts';
import { routeMark } from './route-mark.ts';

/** Which server is which Node's, by what the Nodes themselves say. */
export class NodeServers {
  readonly #nodesByServer = new Map<string, string[]>();
  readonly #undecided = new Map<string, string>();

  constructor(nodes: readonly Node[], clusterName: string) {
    for (const node of nodes) {
      const name = node.metadata?.name ?? '';
      const serverId = statedServerId(node);
      if (serverId === undefined) this.#undecided.set(routeMark(clusterName, name), name);
      else if (serverId !== '') this.#add(serverId, name);
    }
  }

  /** The Nodes that name this server. */
  nodesOf(serverId: string): readonly string[] {
    return this.#nodesByServer.get(serverId) ?? [];
  }

  /** The Node of this mark, where it does not say yet what its server is. */
  undecidedNodeOf(mark: string): string | undefined {
    return this.#undecided.get(mark);
  }

  #add(serverId: string, name: string): void {
    const names = this.#nodesByServer.get(serverId);
    if (names === undefined) this.#nodesByServer.set(serverId, [name]);
    else names.push(name);
  }
}

/** The server that a Node names; `undefined` where it names none yet, empty where it is no server of this cloud. */
function statedServerId(node: Node): string | undefined {
  try {
    const reference = readNodeReference(node);
    return reference.kind === 'id' ? reference.serverId : undefined;
  } catch (error) {
    if (error instanceof ForeignProviderIdError) return '';
    throw error;
  }
}

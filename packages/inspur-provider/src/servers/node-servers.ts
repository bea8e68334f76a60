import { errorText } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/inspur-sdk';

import { statedServer } from './node-server.ts';
import type { NodeServer } from './node-server.ts';
import { soughtServer } from './server-match.ts';
import { searchServer } from './server-search.ts';
import type { SearchableServers } from './server-search.ts';

/** How old the answer about a server may be, in milliseconds, so that many Services share it. */
const maxAgeMs = 10_000;

/** Options of `NodeServers`. */
export interface NodeServersOptions {
  /** The servers of the account; `undefined` if the provider cannot list them. */
  readonly directory: SearchableServers | undefined;
  /** The VPC of the nodes, if the configuration names it. */
  readonly vpcId: string | undefined;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Tells which server each Node is. */
export class NodeServers {
  readonly #options: NodeServersOptions;
  /** Nodes that no server fits, and when that was found. */
  readonly #misses = new WeakMap<Node, { readonly foundAt: number; readonly server: NodeServer }>();

  constructor(options: NodeServersOptions) {
    this.#options = options;
  }

  /** What a Node itself says about its server, without a call; see `statedServer`. */
  stated(node: Node): NodeServer | undefined {
    return statedServer(node);
  }

  /**
   * The servers of Nodes, by Node name. Makes no call unless an initialized Node has neither a provider ID nor the
   * annotation; all such Nodes share one listing. A failed listing is `unknown`, never an error.
   *
   * @throws the reason of `signal` once it has aborted
   */
  async resolve(
    nodes: readonly Node[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<string, NodeServer>> {
    const entries = await Promise.all(
      nodes.map(async (node) => {
        const server = statedServer(node) ?? (await this.#lookUp(node, signal));
        return [node.metadata?.name ?? '', server] as const;
      }),
    );
    return new Map(entries);
  }

  async #lookUp(node: Node, signal: AbortSignal): Promise<NodeServer> {
    const known = this.#misses.get(node);
    const now = this.#options.clock.monotonic();
    if (known !== undefined && now - known.foundAt < maxAgeMs) return known.server;
    const server = await this.#search(node, signal);
    if (server.kind === 'none') this.#misses.set(node, { foundAt: now, server });
    return server;
  }

  async #search(node: Node, signal: AbortSignal): Promise<NodeServer> {
    const { directory, vpcId } = this.#options;
    if (directory === undefined) return unreadable('this provider cannot list servers');
    try {
      const options = { signal, maxAgeMs, urgent: true };
      const found = await searchServer(directory, soughtServer(node, vpcId), options);
      switch (found.kind) {
        case 'found':
          return { kind: 'server', serverId: found.server.serverId };
        case 'unknown':
          return unreadable(found.reason);
        default:
          return { kind: 'none', reason: found.reason };
      }
    } catch (error) {
      signal.throwIfAborted();
      return unreadable(errorText(error), { error });
    }
  }
}

function unreadable(why: string, cause: { readonly error?: unknown } = {}): NodeServer {
  return { kind: 'unknown', reason: `its server cannot be looked up: ${why}`, ...cause };
}

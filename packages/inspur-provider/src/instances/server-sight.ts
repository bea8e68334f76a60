import { hasUninitializedTaint } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { Server } from '@k8s-ccm/inspur-sdk';
import type { ByIdOptions, InstanceDirectory } from '@k8s-ccm/provider-kit';

import { readNodeReference } from '../servers/node-reference.ts';
import type { NodeReference } from '../servers/node-reference.ts';
import { describeForeign } from '../servers/node-server.ts';
import { soughtServer } from '../servers/server-match.ts';
import { describeDoubt, searchServer } from '../servers/server-search.ts';
import { serverState } from '../servers/server-status.ts';

/** What a look at the cloud says about the server of a Node. Each `reason` is a clause about the Node. */
export type Sighting =
  | { readonly kind: 'found'; readonly startedAt: number; readonly server: Server }
  /** The ID of the server is known, and the cloud does not show it. */
  | {
      readonly kind: 'absent';
      readonly startedAt: number;
      readonly serverId: string;
      /** Whether the same answer shows one of the servers that were asked for as witnesses. */
      readonly isWitnessed: boolean;
    }
  /** No server fits, which proves nothing: the Node does not name its server, or not reliably. */
  | { readonly kind: 'unmatched'; readonly startedAt: number | undefined; readonly reason: string }
  | {
      readonly kind: 'several';
      readonly startedAt: number | undefined;
      readonly servers: readonly Server[];
      readonly reason: string;
    }
  /** The answer does not tell. */
  | {
      readonly kind: 'unknown';
      readonly startedAt: number;
      readonly isComplete: boolean;
      readonly reason: string;
    }
  /** The Node belongs to another cloud. No call was made. */
  | {
      readonly kind: 'foreign';
      readonly startedAt?: undefined;
      readonly providerId: string;
      readonly reason: string;
    };

/** Options of `ServerSight`. */
export interface ServerSightOptions {
  readonly directory: Pick<InstanceDirectory<Server>, 'byId' | 'search'>;
  /** The VPC of the nodes, if the configuration names it. */
  readonly vpcId: string | undefined;
}

/** Looks at the servers behind Nodes. */
export class ServerSight {
  readonly #options: ServerSightOptions;

  constructor(options: ServerSightOptions) {
    this.#options = options;
  }

  /** @throws InstanceCallError if a call failed */
  async of(node: Node, options: ByIdOptions): Promise<Sighting> {
    const reference = readNodeReference(node);
    const foreign = foreignId(reference);
    if (foreign !== undefined) {
      return { kind: 'foreign', providerId: foreign.text, reason: describeForeign(foreign) };
    }
    if (reference.kind === 'id') return await this.#byId(node, reference, options);
    const found = await this.#search(node, options);
    return found.kind === 'none' ? { ...found, kind: 'unmatched' } : found;
  }

  async #byId(
    node: Node,
    { serverId, source }: Extract<NodeReference, { readonly kind: 'id' }>,
    options: ByIdOptions,
  ): Promise<Sighting> {
    const answer = await this.#options.directory.byId(serverId, options);
    const { startedAt } = answer;
    if (answer.kind === 'found') return { kind: 'found', startedAt, server: answer.item };
    if (answer.kind !== 'absent') {
      const isComplete = answer.kind === 'unreadable';
      return { kind: 'unknown', startedAt, isComplete, reason: describeDoubt(isComplete) };
    }
    const isProven = source === 'provider ID' || !(await this.#isMistyped(node, options));
    if (isProven) {
      const { witnesses = [] } = options;
      const isWitnessed = witnesses.some((id) => isExisting(answer.snapshot.get(id)));
      return { kind: 'absent', startedAt, serverId, isWitnessed };
    }
    const reason = `the account has no server ${JSON.stringify(serverId)}, which its ${source} names; correct the annotation`;
    return { kind: 'unmatched', startedAt, reason };
  }

  /** Whether an annotation that names a missing server may be a typo: the cloud has never confirmed it, or another server fits. */
  async #isMistyped(node: Node, options: ByIdOptions): Promise<boolean> {
    return hasUninitializedTaint(node) || (await this.#search(node, options)).kind !== 'none';
  }

  #search(node: Node, options: ByIdOptions) {
    const { directory, vpcId } = this.#options;
    return searchServer(directory, soughtServer(node, vpcId), options);
  }
}

function isExisting(server: Server | undefined): boolean {
  return server !== undefined && serverState(server) !== 'absent';
}

/** The provider ID or annotation of another cloud. The annotation does not make such a Node an instance of ours. */
function foreignId(
  reference: NodeReference,
): Omit<Extract<NodeReference, { readonly kind: 'foreign' }>, 'kind'> | undefined {
  if (reference.kind === 'foreign') return reference;
  if (reference.kind !== 'id' || reference.foreignProviderId === undefined) return undefined;
  return { source: 'provider ID', text: reference.foreignProviderId };
}

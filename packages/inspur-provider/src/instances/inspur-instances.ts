import { hasUninitializedTaint, InstanceNotFoundError } from '@k8s-ccm/cloud-provider';
import type {
  InstanceMetadata,
  Instances,
  InstanceState,
  InstanceSurvey,
  Logger,
  Node,
  NodeCallOptions,
  SurveyOptions,
} from '@k8s-ccm/cloud-provider';
import type { Clock, Server, VpcClient } from '@k8s-ccm/inspur-sdk';
import type { AskOptions, ByIdOptions, InstanceDirectory } from '@k8s-ccm/provider-kit';

import { Once } from '../once.ts';
import { describeEcsError } from '../servers/ecs-advice.ts';
import { statedServer } from '../servers/node-server.ts';
import {
  AmbiguousServerError,
  ForeignProviderIdError,
  InstanceDoubtError,
  ServerNotReadyError,
} from '../servers/server-errors.ts';
import { serverState } from '../servers/server-status.ts';
import { hasPrivateAddress, serverMetadata } from './server-metadata.ts';
import { ServerSight } from './server-sight.ts';
import type { Sighting } from './server-sight.ts';

/** How old the facts of a server may be when they are written to a Node, in milliseconds. */
const metadataMaxAgeMs = 10_000;

/** How long a survey says nothing of a Node that no one server fits before it searches again, in milliseconds. */
const searchPauseMs = 60_000;

/** Options of `InspurInstances`. */
export interface InspurInstancesOptions {
  /** The servers of the account. */
  readonly directory: InstanceDirectory<Server>;
  readonly vpc: VpcClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** The region of servers whose region the cloud does not tell. */
  readonly region: string;
  /** The VPC of the nodes, if the configuration names it. */
  readonly vpcId: string | undefined;
}

/**
 * The ECS servers behind the Nodes. All Nodes share one directory, so that a thousand of them cost ten calls. Only a
 * server whose ID is known can be absent, and only if a complete answer that began after the question lacks it.
 */
export class InspurInstances implements Instances {
  readonly #options: InspurInstancesOptions;
  readonly #sight: ServerSight;
  readonly #told = new Once();
  /** Nodes that no one server fits, and when that was found. */
  readonly #misses = new WeakMap<Node, { readonly foundAt: number; readonly sighting: Sighting }>();

  constructor(options: InspurInstancesOptions) {
    this.#options = options;
    this.#sight = new ServerSight(options);
  }

  /**
   * @throws InstanceDoubtError if the answer does not tell, or no server fits a Node that does not name its server
   * @throws ForeignProviderIdError, AmbiguousServerError, InstanceCallError
   */
  async exists(node: Node, options: NodeCallOptions): Promise<boolean> {
    const server = await this.#serverOf(node, options);
    return server !== undefined && serverState(server) !== 'absent';
  }

  /** False also if the server does not exist. Throws the errors of `exists`. */
  async isShutdown(node: Node, options: NodeCallOptions): Promise<boolean> {
    const server = await this.#serverOf(node, options);
    return server !== undefined && serverState(server) === 'stopped';
  }

  /**
   * @throws InstanceNotFoundError if no server fits
   * @throws ServerNotReadyError if the server of an uninitialized Node has no private address
   * @throws InstanceDoubtError, ForeignProviderIdError, AmbiguousServerError, InstanceCallError
   */
  async metadata(node: Node, { signal }: NodeCallOptions): Promise<InstanceMetadata> {
    const urgent = hasUninitializedTaint(node);
    const sighting = await this.#sight.of(node, { signal, urgent, maxAgeMs: metadataMaxAgeMs });
    const server = existingServer(node, sighting);
    if (urgent && !hasPrivateAddress(server)) {
      throw new ServerNotReadyError(
        server.serverId,
        `server "${server.serverId}" has no private address yet (status "${server.status}")`,
      );
    }
    this.#tellOtherVpc(node, server);
    return serverMetadata(server, this.#options.region);
  }

  async survey(
    nodes: readonly Node[],
    { signal, witnesses: vouching = [] }: SurveyOptions,
  ): Promise<InstanceSurvey> {
    const { clock } = this.#options;
    const witnesses = await this.#serverIdsOf(vouching, signal);
    const looks = await Promise.all(
      nodes.map(async (node) => ({
        name: nameOf(node),
        sighting: await this.#surveyed(node, { signal, witnesses }),
      })),
    );
    return {
      startedAt: looks.reduce(
        (oldest, { sighting }) => Math.min(oldest, sighting.startedAt ?? oldest),
        clock.now(),
      ),
      complete: looks.every(({ sighting }) => sighting.kind !== 'unknown' || sighting.isComplete),
      states: new Map(looks.map(({ name, sighting }) => [name, stateOf(sighting)])),
      unwitnessed: new Set(
        looks.filter(({ sighting }) => isUnwitnessed(sighting)).map(({ name }) => name),
      ),
    };
  }

  /** True if the account still shows its VPC: the configured one, else any. @throws InstanceCallError */
  async confirmAccess({ signal }: NodeCallOptions): Promise<boolean> {
    const { vpc, vpcId } = this.#options;
    const filter = vpcId === undefined ? {} : { vpcId };
    try {
      const vpcs = await vpc.listVpcs(filter, { signal, lane: 'repair' });
      return vpcs.length > 0;
    } catch (error) {
      throw describeEcsError(error, 'the VPCs of the account');
    }
  }

  /** The server of a Node; `undefined` if its ID is known and the cloud does not show it. */
  async #serverOf(node: Node, options: AskOptions): Promise<Server | undefined> {
    const sighting = await this.#sight.of(node, options);
    if (sighting.kind === 'found') return sighting.server;
    if (sighting.kind === 'absent') return undefined;
    throw doubtOf(node, sighting);
  }

  /** A search lists all servers, and a Node that names none may stay for ever: it is not searched in each survey. */
  async #surveyed(node: Node, options: ByIdOptions): Promise<Sighting> {
    const known = this.#misses.get(node);
    const now = this.#options.clock.monotonic();
    if (known !== undefined && now - known.foundAt < searchPauseMs) return known.sighting;
    const sighting = await this.#sight.of(node, options);
    if (sighting.kind === 'unmatched' || sighting.kind === 'several') {
      // Its read is no part of a later survey.
      this.#misses.set(node, { foundAt: now, sighting: { ...sighting, startedAt: undefined } });
    }
    return sighting;
  }

  /** The IDs of the servers of Nodes, as far as they are known. */
  async #serverIdsOf(nodes: readonly Node[], signal: AbortSignal): Promise<readonly string[]> {
    const sightings = await Promise.all(
      nodes.map(async (node) => {
        const stated = statedServer(node);
        if (stated !== undefined) return stated.kind === 'server' ? [stated.serverId] : [];
        const sighting = await this.#sight.of(node, { signal, maxAgeMs: metadataMaxAgeMs });
        return sighting.kind === 'found' ? [sighting.server.serverId] : [];
      }),
    );
    return sightings.flat();
  }

  /** An ID is never questioned: the operator or an earlier initialization has set it. */
  #tellOtherVpc(node: Node, { serverId, vpcId }: Server): void {
    const { log, vpcId: expected } = this.#options;
    if (expected === undefined || vpcId === '' || vpcId === expected) return;
    if (!this.#told.isNew(`${nameOf(node)} ${serverId} ${vpcId}`)) return;
    log.warn(
      'the server of a node is in another VPC than network.vpcId of the cloud-config; check the provider ID or the annotation of the node',
      { node: nameOf(node), serverId, vpcId, expected },
    );
  }
}

/** The server that was seen; throws if there is none. */
function existingServer(node: Node, sighting: Sighting): Server {
  if (sighting.kind === 'found' && serverState(sighting.server) !== 'absent') {
    return sighting.server;
  }
  if (sighting.kind === 'found' || sighting.kind === 'absent') {
    const serverId = sighting.kind === 'found' ? sighting.server.serverId : sighting.serverId;
    throw new InstanceNotFoundError(`the account has no server ${JSON.stringify(serverId)}`);
  }
  if (sighting.kind === 'unmatched') throw new InstanceNotFoundError(sighting.reason);
  throw doubtOf(node, sighting);
}

/** Why it cannot be told which server a Node is, or whether the server exists. */
function doubtOf(
  node: Node,
  sighting: Exclude<Sighting, { readonly kind: 'found' | 'absent' }>,
): Error {
  const { kind, reason } = sighting;
  const name = JSON.stringify(nameOf(node));
  switch (kind) {
    case 'foreign':
      return new ForeignProviderIdError(
        `node ${name} is not a server of this cloud: ${reason}`,
        sighting.providerId,
      );
    case 'several':
      return new AmbiguousServerError(
        `cannot tell which server node ${name} is: ${reason}`,
        sighting.servers,
      );
    default:
      return new InstanceDoubtError(
        `cannot tell whether the server of node ${name} exists: ${reason}`,
      );
  }
}

function stateOf(sighting: Sighting): InstanceState {
  if (sighting.kind === 'found') return serverState(sighting.server);
  return sighting.kind === 'absent' ? 'absent' : 'unknown';
}

/** Whether a server is missing from an answer that shows no witness. */
function isUnwitnessed(sighting: Sighting): boolean {
  return sighting.kind === 'absent' && !sighting.isWitnessed;
}

function nameOf(node: Node): string {
  return node.metadata?.name ?? '';
}

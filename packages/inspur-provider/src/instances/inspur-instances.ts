import { hasUninitializedTaint, InstanceNotFoundError } from '@k8s-ccm/cloud-provider';
import type {
  InstanceMetadata,
  Instances,
  InstanceState,
  InstanceSurvey,
  Node,
  NodeCallOptions,
} from '@k8s-ccm/cloud-provider';
import type { Clock, Server, VpcClient } from '@k8s-ccm/inspur-sdk';
import type { AskOptions, InstanceDirectory } from '@k8s-ccm/provider-kit';

import { instanceIdAnnotation } from '../load-balancer/hosts.ts';
import { describeEcsError } from './ecs-advice.ts';
import {
  AmbiguousServerError,
  ForeignProviderIdError,
  InstanceDoubtError,
  ServerNotReadyError,
} from './instance-errors.ts';
import type { NodeReference } from './node-reference.ts';
import {
  describeReference,
  matchServers,
  onlyServer,
  readNodeReference,
} from './node-reference.ts';
import { hasPrivateAddress, serverMetadata } from './server-metadata.ts';
import { serverState } from './server-status.ts';

/** How old a server's facts may be when they are written to a Node, in milliseconds. */
const metadataMaxAgeMs = 10_000;

/** What {@link InspurInstances} works with. */
export interface InspurInstancesOptions {
  /** The servers of the account. */
  readonly servers: InstanceDirectory<Server>;
  readonly vpc: VpcClient;
  readonly clock: Clock;
  /** The region of servers that name none. */
  readonly region: string;
  /** The VPC of the nodes, where the configuration names it. */
  readonly vpcId: string | undefined;
}

/** What a look says of a Node's server. */
type Sighting = { readonly startedAt: number } & (
  | { readonly kind: 'found'; readonly server: Server }
  | { readonly kind: 'absent' }
  | { readonly kind: 'doubt'; readonly reason: string; readonly isComplete: boolean }
);

/**
 * The ECS servers behind the Nodes. A Node is led to its server by its provider id, else by an annotation, else by
 * name, else by address; where two fit, neither is taken. All Nodes share one directory, so that a thousand of them
 * cost ten calls. That a server is gone is only said where an answer was complete and began after the question.
 */
export class InspurInstances implements Instances {
  readonly #vpc: VpcClient;
  readonly #clock: Clock;
  readonly #region: string;
  readonly #vpcId: string | undefined;
  readonly #directory: InstanceDirectory<Server>;

  constructor({ clock, region, servers, vpc, vpcId }: InspurInstancesOptions) {
    this.#vpc = vpc;
    this.#clock = clock;
    this.#region = region;
    this.#vpcId = vpcId;
    this.#directory = servers;
  }

  /**
   * @throws InstanceDoubtError where the answer does not tell
   * @throws ForeignProviderIdError, AmbiguousServerError, InstanceCallError
   */
  async exists(node: Node, options: NodeCallOptions): Promise<boolean> {
    const server = await this.#serverOf(node, options);
    return server !== undefined && serverState(server) !== 'absent';
  }

  /** False also where the server does not exist. Throws as {@link InspurInstances.exists} does. */
  async isShutdown(node: Node, options: NodeCallOptions): Promise<boolean> {
    const server = await this.#serverOf(node, options);
    return server !== undefined && serverState(server) === 'stopped';
  }

  /**
   * @throws InstanceNotFoundError where no server fits
   * @throws ServerNotReadyError where a Node that is not initialised yet has a server without a private address
   * @throws InstanceDoubtError, ForeignProviderIdError, AmbiguousServerError, InstanceCallError
   */
  async metadata(node: Node, { signal }: NodeCallOptions): Promise<InstanceMetadata> {
    const urgent = hasUninitializedTaint(node);
    const server = await this.#serverOf(node, { signal, urgent, maxAgeMs: metadataMaxAgeMs });
    if (server === undefined || serverState(server) === 'absent') {
      throw new InstanceNotFoundError(notFoundText(readNodeReference(node)));
    }
    if (urgent && !hasPrivateAddress(server)) {
      throw new ServerNotReadyError(
        server.serverId,
        `server "${server.serverId}" has no private address yet (status "${server.status}")`,
      );
    }
    return serverMetadata(server, this.#region);
  }

  async survey(nodes: readonly Node[], { signal }: NodeCallOptions): Promise<InstanceSurvey> {
    const looks = await Promise.all(
      nodes.map(async (node) => ({ name: nameOf(node), sighting: await this.#look(node, signal) })),
    );
    const sightings = looks.flatMap(({ sighting }) => sighting ?? []);
    return {
      startedAt: sightings.reduce(
        (oldest, one) => Math.min(oldest, one.startedAt),
        this.#clock.now(),
      ),
      complete: sightings.every((one) => one.kind !== 'doubt' || one.isComplete),
      states: new Map(looks.map(({ name, sighting }) => [name, stateOf(sighting)])),
    };
  }

  /** True where the account still shows its VPC: the configured one, else any. @throws InstanceCallError */
  async confirmAccess({ signal }: NodeCallOptions): Promise<boolean> {
    const filter = this.#vpcId === undefined ? {} : { vpcId: this.#vpcId };
    try {
      const vpcs = await this.#vpc.listVpcs(filter, { signal, lane: 'repair' });
      return vpcs.length > 0;
    } catch (error) {
      throw describeEcsError(error, 'the VPCs of the account');
    }
  }

  /** The Node's server; `undefined` where the cloud surely shows none. */
  async #serverOf(node: Node, options: AskOptions): Promise<Server | undefined> {
    const reference = readNodeReference(node);
    const sighting = await this.#sight(reference, nameOf(node), options);
    if (sighting.kind === 'found') return sighting.server;
    if (sighting.kind === 'absent') return undefined;
    throw new InstanceDoubtError(
      `cannot tell whether the account has a ${describeReference(reference)}: ${sighting.reason}`,
    );
  }

  /** As it is seen now; `undefined` where the Node does not lead to one server. */
  async #look(node: Node, signal: AbortSignal): Promise<Sighting | undefined> {
    try {
      return await this.#sight(readNodeReference(node), nameOf(node), { signal });
    } catch (error) {
      const leadsNowhere =
        error instanceof AmbiguousServerError || error instanceof ForeignProviderIdError;
      if (!leadsNowhere) throw error;
      return undefined;
    }
  }

  async #sight(reference: NodeReference, node: string, options: AskOptions): Promise<Sighting> {
    if (reference.kind === 'id') {
      const answer = await this.#directory.byId(reference.serverId, options);
      const { kind, startedAt } = answer;
      if (kind === 'found') return { kind, startedAt, server: answer.item };
      return kind === 'absent' ? { kind, startedAt } : doubt(startedAt, kind === 'unreadable');
    }
    const { items, snapshot } = await this.#directory.search(
      (all) => matchServers(all, reference),
      options,
    );
    const { startedAt } = snapshot;
    const server = onlyServer(items, node);
    if (server !== undefined) return { kind: 'found', startedAt, server };
    if (!snapshot.complete) return doubt(startedAt, false);
    return snapshot.unreadable.size === 0 ? { kind: 'absent', startedAt } : doubt(startedAt, true);
  }
}

function doubt(startedAt: number, isComplete: boolean): Sighting {
  const reason = isComplete
    ? 'an entry of the answer cannot be read'
    : 'the pages of the answer do not add up';
  return { kind: 'doubt', startedAt, isComplete, reason };
}

function notFoundText(reference: NodeReference): string {
  const advice =
    reference.kind === 'id' ? '' : `; name its id in the node's annotation ${instanceIdAnnotation}`;
  return `the account shows no ${describeReference(reference)}${advice}`;
}

function stateOf(sighting: Sighting | undefined): InstanceState {
  if (sighting === undefined || sighting.kind === 'doubt') return 'unknown';
  return sighting.kind === 'absent' ? 'absent' : serverState(sighting.server);
}

function nameOf(node: Node): string {
  return node.metadata?.name ?? '';
}

import { hasUninitializedTaint } from '@k8s-ccm/cloud-provider';
import type { Node, ServiceReport } from '@k8s-ccm/cloud-provider';

import { ReportReason } from '../report-reason.ts';
import { instanceIdAnnotation } from '../servers/instance-id-annotation.ts';
import type { NodeServer } from '../servers/node-server.ts';
import type { NodeServers } from '../servers/node-servers.ts';

/** A Node as the load balancer knows it. */
export interface Host {
  readonly serverId: string;
  readonly serverIp: string;
  /** The Node's name. */
  readonly serverName: string;
}

/** Which Nodes become members, and what the user must know of the others. */
export interface HostSelection {
  /** Sorted by Node name; every server is in it once. */
  readonly hosts: readonly Host[];
  /** False if the server of a Node is unknown: a member that no host explains may be that Node's. */
  readonly isComplete: boolean;
  readonly notices: readonly ServiceReport[];
}

/** Selects the Nodes that receive traffic. */
export class HostSelector {
  readonly #servers: NodeServers;
  // The controller hands the same list to every Service until the Nodes change.
  readonly #settled = new WeakMap<readonly Node[], HostSelection>();

  constructor(servers: NodeServers) {
    this.#servers = servers;
  }

  /** Makes a call only if a Node does not say what its server is. */
  async select(
    nodes: readonly Node[],
    options: { readonly signal: AbortSignal },
  ): Promise<HostSelection> {
    const known = this.#settled.get(nodes);
    if (known !== undefined) return known;
    const servers = await this.#servers.resolve(nodes, options);
    const selection = selectHosts(nodes, servers);
    if (nodes.every((node) => this.#servers.stated(node) !== undefined)) {
      this.#settled.set(nodes, selection);
    }
    return selection;
  }

  /** Returns what the Node says of its host: if it changes, the hosts have changed. */
  keyOf(node: Node): string {
    const server = this.#servers.stated(node);
    return `${server?.kind === 'server' ? server.serverId : ''} ${internalIpOf(node)}`;
  }
}

/** Selects the hosts among the Nodes, whose servers are given by Node name. */
export function selectHosts(
  nodes: readonly Node[],
  servers: ReadonlyMap<string, NodeServer>,
): HostSelection {
  const hosts = new Map<string, Host>();
  const notices: ServiceReport[] = [];
  const unknown: { readonly name: string; readonly reason: string }[] = [];
  for (const node of nodes.toSorted((a, b) => compare(nameOf(a), nameOf(b)))) {
    const name = nameOf(node);
    const server = servers.get(name) ?? { kind: 'pending' };
    if (server.kind === 'unknown') unknown.push({ name, reason: server.reason });
    if (server.kind === 'none')
      notices.push(skipped(`node "${name}" gets no traffic: ${server.reason}`));
    if (server.kind !== 'server') continue;
    const { serverId } = server;
    const serverIp = internalIpOf(node);
    const other = hosts.get(serverId);
    if (serverIp === '') {
      // The address comes when the Node is initialized, which changes the hosts.
      if (hasUninitializedTaint(node)) continue;
      notices.push(skipped(`node "${name}" gets no traffic: it has no InternalIP`));
    } else if (other === undefined) {
      hosts.set(serverId, { serverId, serverIp, serverName: name });
    } else {
      notices.push(
        skipped(
          `nodes "${other.serverName}" and "${name}" both have the server "${serverId}"; only "${other.serverName}" gets traffic. Correct the provider ID or the annotation ${instanceIdAnnotation} of one of them.`,
        ),
      );
    }
  }
  if (unknown.length > 0) notices.push(lookupFailed(unknown));
  return { hosts: [...hosts.values()], isComplete: unknown.length === 0, notices };
}

/** The notice for a Node that does not become a member. */
export function skipped(message: string): ServiceReport {
  return { type: 'Warning', reason: ReportReason.NodeSkipped, message };
}

function lookupFailed(
  unknown: readonly { readonly name: string; readonly reason: string }[],
): ServiceReport {
  const [first] = unknown;
  const more = unknown.length > 1 ? ` and ${unknown.length - 1} more` : '';
  return {
    type: 'Warning',
    reason: ReportReason.NodeLookupFailed,
    message: `node "${first?.name ?? ''}"${more}: ${first?.reason ?? ''}. Until the lookup succeeds, no member is removed. The controller retries automatically.`,
  };
}

function nameOf(node: Node): string {
  return node.metadata?.name ?? '';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Returns the first InternalIP, preferring IPv4; empty if the Node has none. */
function internalIpOf(node: Node): string {
  const internal = (node.status?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => address);
  return internal.find((address) => !address.includes(':')) ?? internal[0] ?? '';
}

import { hasUninitializedTaint } from '@k8s-ccm/cloud-provider';
import type { Node, ServiceReport } from '@k8s-ccm/cloud-provider';

import { ReportReason } from '../report-reason.ts';
import { instanceIdAnnotation } from '../servers/instance-id-annotation.ts';

/** A node as the load balancer knows it. */
export interface Host {
  readonly serverId: string;
  readonly serverIp: string;
  /** The node's name. */
  readonly serverName: string;
}

/** Which nodes become members, and what the user must know of the others. */
export interface HostSelection {
  readonly hosts: readonly Host[];
  readonly notices: readonly ServiceReport[];
}

// Nodes are frozen objects that many Services share: each is read once.
const hostOfNode = new WeakMap<Node, Host>();

/** Chooses the members. Every server is in it once, whatever the order of the nodes. */
export function selectHosts(nodes: readonly Node[]): HostSelection {
  const hosts = new Map<string, Host>();
  const notices: ServiceReport[] = [];
  const ordered = nodes
    .map((node) => ({ node, host: readHost(node) }))
    .toSorted((a, b) => compare(a.host.serverName, b.host.serverName));
  for (const { node, host } of ordered) {
    const { serverName, serverId, serverIp } = host;
    const other = hosts.get(serverId);
    if (serverIp === '') {
      // Its address comes with its initialisation, which is a change of the hosts.
      if (hasUninitializedTaint(node)) continue;
      notices.push({
        type: 'Warning',
        reason: ReportReason.NodeSkipped,
        message: `node "${serverName}" has no InternalIP and gets no traffic from the load balancer`,
      });
    } else if (other === undefined) {
      hosts.set(serverId, host);
    } else {
      notices.push({
        type: 'Warning',
        reason: ReportReason.NodeSkipped,
        message: `nodes "${other.serverName}" and "${serverName}" are both server "${serverId}"; only "${other.serverName}" gets traffic: correct the provider id or the annotation ${instanceIdAnnotation} of one of them`,
      });
    }
  }
  return { hosts: [...hosts.values()], notices };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What of a node its member is made of. A node may get its address after it has come. */
export function hostKeyOf(node: Node): string {
  const { serverId, serverIp } = readHost(node);
  return `${serverId} ${serverIp}`;
}

function readHost(node: Node): Host {
  const known = hostOfNode.get(node);
  if (known !== undefined) return known;
  const host = {
    serverId: serverIdOf(node),
    serverIp: internalIpOf(node),
    serverName: node.metadata?.name ?? '',
  };
  hostOfNode.set(node, host);
  return host;
}

/**
 * The id of a node's ECS server: from its provider id (`incloud://<id>`, `inspur://<id>` or the bare
 * id), else its annotation {@link instanceIdAnnotation}, else its name.
 */
export function serverIdOf(node: Node): string {
  const [, scheme, id] = /^(?:([^:/]*):\/\/)?\/?([^/]+)$/.exec(node.spec?.providerID ?? '') ?? [];
  const ours = scheme === undefined || scheme === 'incloud' || scheme === 'inspur';
  if (ours && id !== undefined) return id;
  const annotated = node.metadata?.annotations?.[instanceIdAnnotation]?.trim() ?? '';
  return annotated === '' ? (node.metadata?.name ?? '') : annotated;
}

/** The first InternalIP, an IPv4 one where there is any; empty where the node has none. */
function internalIpOf(node: Node): string {
  const internal = (node.status?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => address);
  return internal.find((address) => !address.includes(':')) ?? internal[0] ?? '';
}

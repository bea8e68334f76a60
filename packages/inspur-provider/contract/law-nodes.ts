import { UninitializedTaintKey } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

import { instanceIdAnnotation } from '../src/servers/instance-id-annotation.ts';

/** How a Node leads to its server, or does not. */
export const nodeKinds = [
  'provider-id',
  'annotation',
  'foreign-provider-id',
  'foreign-provider-id-with-annotation',
  'unreadable-annotation',
  'nothing',
  'uninitialized',
  'uninitialized-with-provider-id',
] as const;

/** A Node of a law. */
export interface LawNode {
  readonly name: string;
  readonly kind: (typeof nodeKinds)[number];
  /** The server that it names, if it names one. */
  readonly serverId: string;
  /** Its InternalIP; empty if it has none. */
  readonly address: string;
}

/** What a listener's members must be. */
export interface ExpectedHosts {
  readonly hosts: readonly {
    readonly name: string;
    readonly serverId: string;
    readonly serverIp: string;
  }[];
  /** Nodes that get no traffic for a reason that the user must be told. */
  readonly skipped: readonly string[];
  /** Nodes whose servers cannot be looked up, so that no member may be removed. */
  readonly unknown: readonly string[];
}

/** The servers of the account: `ecs-n1` is named `n1` and has the address 192.168.0.1, and so on. */
export const lawServers = [1, 2, 3, 4, 5].map((number) => ({
  serverId: `ecs-n${number}`,
  serverName: `n${number}`,
  privateIps: [`192.168.0.${number}`],
}));

/** The Node as the API server holds it. */
export function nodeOf({ address, kind, name, serverId }: LawNode): Node {
  const providerID = providerIdOf(kind, serverId);
  const annotation = annotationOf(kind, serverId);
  return {
    metadata: {
      name,
      ...(annotation === undefined ? {} : { annotations: { [instanceIdAnnotation]: annotation } }),
    },
    spec: {
      ...(providerID === undefined ? {} : { providerID }),
      taints: kind.startsWith('uninitialized')
        ? [{ key: UninitializedTaintKey, value: 'true', effect: 'NoSchedule' }]
        : [],
    },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        ...(address === '' ? [] : [{ type: 'InternalIP', address }]),
      ],
    },
  };
}

/** Which hosts the Nodes are, by a second reading of the rules. */
export function expectedHosts(
  nodes: readonly LawNode[],
  { listsServers }: { readonly listsServers: boolean },
): ExpectedHosts {
  const hosts = new Map<string, ExpectedHosts['hosts'][number]>();
  const skipped: string[] = [];
  const unknown: string[] = [];
  for (const node of nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { address, name } = node;
    const serverId = serverOf(node, listsServers);
    if (serverId === 'pending') continue;
    if (serverId === 'unknown') unknown.push(name);
    else if (serverId === 'none') skipped.push(name);
    else if (address === '') {
      if (!node.kind.startsWith('uninitialized')) skipped.push(name);
    } else if (hosts.has(serverId)) skipped.push(name);
    else hosts.set(serverId, { name, serverId, serverIp: address });
  }
  return { hosts: [...hosts.values()], skipped, unknown };
}

function serverOf({ address, kind, name, serverId }: LawNode, listsServers: boolean): string {
  switch (kind) {
    case 'provider-id':
    case 'annotation':
    case 'foreign-provider-id-with-annotation':
    case 'uninitialized-with-provider-id':
      return serverId;
    case 'uninitialized':
      return 'pending';
    case 'foreign-provider-id':
    case 'unreadable-annotation':
      return 'none';
    default:
      return listsServers ? found(name, address) : 'unknown';
  }
}

/** The server whose ID is the Node's name; else the one that has its name and address; else the one that has its address. */
function found(name: string, address: string): string {
  const identified = lawServers.find(({ serverId }) => serverId === name);
  if (identified !== undefined) return identified.serverId;
  const named = lawServers.find(({ serverName }) => serverName === name);
  if (named !== undefined && (address === '' || named.privateIps.includes(address))) {
    return named.serverId;
  }
  return lawServers.find(({ privateIps }) => privateIps.includes(address))?.serverId ?? 'none';
}

function providerIdOf(kind: LawNode['kind'], serverId: string): string | undefined {
  if (kind.startsWith('foreign-provider-id')) return `k3s://${serverId}`;
  return kind.endsWith('provider-id') ? `incloud://${serverId}` : undefined;
}

function annotationOf(kind: LawNode['kind'], serverId: string): string | undefined {
  if (kind === 'unreadable-annotation') return `aws:///${serverId}`;
  return kind.endsWith('annotation') ? serverId : undefined;
}

import { formatIp, parseIp } from '@k8s-ccm/foundation';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { Server } from '@k8s-ccm/inspur-sdk';
import type { InstanceSnapshot } from '@k8s-ccm/provider-kit';

import { instanceIdAnnotation } from '../load-balancer/hosts.ts';
import { AmbiguousServerError, ForeignProviderIdError } from './instance-errors.ts';
import { parseProviderId } from './provider-id.ts';
import { serverState } from './server-status.ts';

/** What a Node says of its server. */
export type NodeReference =
  | { readonly kind: 'id'; readonly serverId: string; readonly source: string }
  | {
      readonly kind: 'name';
      /** The server's name or host name. */
      readonly name: string;
      /** Its private addresses, if no name fits. As Go prints them. */
      readonly addresses: readonly string[];
    };

/**
 * What leads from a Node to its server: its provider id, else the annotation {@link instanceIdAnnotation}, else its
 * name, else its InternalIP addresses.
 *
 * @throws ForeignProviderIdError where the provider id, or the annotation, is none of ours
 */
export function readNodeReference(node: Node): NodeReference {
  const annotation = node.metadata?.annotations?.[instanceIdAnnotation];
  for (const [source, text] of [
    ['provider id', node.spec?.providerID],
    [`annotation ${instanceIdAnnotation}`, annotation],
  ] as const) {
    const parsed = parseProviderId(text);
    if (parsed.kind === 'foreign') throw new ForeignProviderIdError(source, text ?? '');
    if (parsed.kind === 'server') return { kind: 'id', serverId: parsed.serverId, source };
  }
  const addresses = (node.status?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => canonicalIp(address))
    .filter((address) => address !== '');
  return { kind: 'name', name: node.metadata?.name ?? '', addresses };
}

/** The servers of a snapshot that a Node without an id may be: those of its name, else those of its addresses. */
export function matchServers(
  snapshot: InstanceSnapshot<Server>,
  { name, addresses }: Extract<NodeReference, { kind: 'name' }>,
): readonly Server[] {
  const named = snapshot.find(namesOf, name);
  if (named.length > 0) return named;
  return [...new Set(addresses.flatMap((address) => snapshot.find(addressesOf, address)))];
}

/**
 * The one server of several that fit, if any.
 *
 * @throws AmbiguousServerError where there are two, naming them
 */
export function onlyServer(servers: readonly Server[], node: string): Server | undefined {
  const [server, ...others] = servers;
  if (server === undefined || others.length === 0) return server;
  const shown = servers.slice(0, 5).map(describeServer);
  const rest = servers.length > shown.length ? ` and ${servers.length - shown.length} more` : '';
  throw new AmbiguousServerError(
    `${servers.length} servers fit node "${node}": ${shown.join(', ')}${rest}; name the right one in the node's annotation ${instanceIdAnnotation}`,
    servers,
  );
}

/** How a reference is told to an operator. */
export function describeReference(reference: NodeReference): string {
  if (reference.kind === 'id') return `server "${reference.serverId}" (${reference.source})`;
  const { addresses, name } = reference;
  const also = addresses.length === 0 ? '' : ` or the private address ${addresses.join(' or ')}`;
  return `server with the name or host name "${name}"${also}`;
}

function describeServer({ serverId, serverName, hostName, privateIps }: Server): string {
  return `"${serverId}" (name "${serverName}", host name "${hostName}", addresses ${privateIps.join(' ') || 'none'})`;
}

function namesOf(server: Server): readonly string[] {
  return serverState(server) === 'absent' ? [] : [server.serverName, server.hostName];
}

function addressesOf(server: Server): readonly string[] {
  if (serverState(server) === 'absent') return [];
  return [...server.privateIps, ...server.ipv6Addresses].map(canonicalIp);
}

function canonicalIp(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? '' : formatIp(ip);
}

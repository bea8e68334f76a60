import type { Node } from '@k8s-ccm/cloud-provider';
import { formatIp, parseIp } from '@k8s-ccm/foundation';
import type { Server } from '@k8s-ccm/inspur-sdk';
import type { InstanceSnapshot } from '@k8s-ccm/provider-kit';

import { instanceIdAnnotation } from './instance-id-annotation.ts';
import { serverState } from './server-status.ts';

/** The server that is sought for a Node which does not name it. */
export interface SoughtServer {
  /** The Node's name. */
  readonly name: string;
  /** The Node's InternalIP addresses, in canonical form. */
  readonly addresses: readonly string[];
  /** The VPC of the nodes, if the configuration names it. */
  readonly vpcId: string | undefined;
}

/** The server to search for a Node. */
export function soughtServer({ metadata, status }: Node, vpcId: string | undefined): SoughtServer {
  const addresses = (status?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => canonicalIp(address))
    .filter((address) => address !== '');
  return { name: metadata?.name ?? '', addresses: [...new Set(addresses)], vpcId };
}

/**
 * The servers that a Node without an ID may be: the server whose ID is the Node's name, else those that have its name,
 * else those that have one of its addresses. IDs and names are compared without case. A server of another VPC than the
 * configured one never fits, nor does one that has the Node's name but, if the Node has addresses, none of them. Deleted
 * servers do not count.
 */
export function matchServers(
  snapshot: InstanceSnapshot<Server>,
  sought: SoughtServer,
): readonly Server[] {
  const fitting = candidatesByName(snapshot, sought)
    .map((servers) => servers.filter((server) => misfit(server, sought) === undefined))
    .find((servers) => servers.length > 0);
  if (fitting !== undefined) return fitting;
  // An incomplete answer may lack the other server that has this address.
  if (!snapshot.complete) return [];
  return candidatesByAddress(snapshot, sought).filter((server) => isInVpc(server, sought));
}

/** A clause that says why no server of a complete snapshot fits a Node, and what to do. */
export function describeMismatch(snapshot: InstanceSnapshot<Server>, sought: SoughtServer): string {
  const [named] = candidatesByName(snapshot, sought).flat();
  const [addressed] = candidatesByAddress(snapshot, sought);
  if (named !== undefined) {
    return `server ${JSON.stringify(named.serverId)} has its name, but ${misfit(named, sought)}; ${advice}`;
  }
  if (addressed !== undefined) {
    return `server ${JSON.stringify(addressed.serverId)} has its address, but ${otherVpc(addressed, sought)}; ${advice}`;
  }
  const { addresses, name } = sought;
  const also = addresses.length === 0 ? '' : ` or its addresses (${addresses.join(', ')})`;
  return `no server of the account has its name (${JSON.stringify(name)})${also}; ${advice}`;
}

/** A clause that names the servers that fit a Node, and what to do. */
export function describeAmbiguity(servers: readonly Server[]): string {
  const shown = servers.slice(0, 5).map(describeServer).join(', ');
  const rest = servers.length > 5 ? ` and ${servers.length - 5} more` : '';
  return `${servers.length} servers fit its name or addresses: ${shown}${rest}; ${advice}`;
}

const advice = `set the node's annotation ${instanceIdAnnotation} to the ID of its server`;

/** The candidates by ID, and those by name. */
function candidatesByName(
  snapshot: InstanceSnapshot<Server>,
  { name }: SoughtServer,
): readonly (readonly Server[])[] {
  const key = name.toLowerCase();
  return [snapshot.find(idsOf, key), snapshot.find(namesOf, key)];
}

function candidatesByAddress(
  snapshot: InstanceSnapshot<Server>,
  { addresses }: SoughtServer,
): readonly Server[] {
  return [...new Set(addresses.flatMap((address) => snapshot.find(addressesOf, address)))];
}

/** What speaks against a server that has the Node's name; `undefined` if it fits. */
function misfit(server: Server, sought: SoughtServer): string | undefined {
  if (!isInVpc(server, sought)) return otherVpc(server, sought);
  const { addresses, name } = sought;
  if (server.serverId.toLowerCase() === name.toLowerCase()) return undefined;
  const present = addressesOf(server);
  if (addresses.length === 0 || addresses.some((address) => present.includes(address))) {
    return undefined;
  }
  return `none of its addresses (node: ${addresses.join(', ')}; server: ${present.join(', ') || 'none'})`;
}

/** A server whose VPC the cloud does not tell is not excluded. */
function isInVpc({ vpcId }: Server, sought: SoughtServer): boolean {
  return sought.vpcId === undefined || vpcId === '' || vpcId === sought.vpcId;
}

function otherVpc({ vpcId }: Server, sought: SoughtServer): string {
  return `is in VPC ${JSON.stringify(vpcId)} instead of network.vpcId ${JSON.stringify(sought.vpcId)}`;
}

function describeServer({ serverId, serverName, hostName, privateIps }: Server): string {
  return `"${serverId}" (name "${serverName}", host name "${hostName}", addresses ${privateIps.join(' ') || 'none'})`;
}

function idsOf(server: Server): readonly string[] {
  return keysOf(server, [server.serverId.toLowerCase()]);
}

function namesOf(server: Server): readonly string[] {
  return keysOf(server, [server.serverName.toLowerCase(), server.hostName.toLowerCase()]);
}

function addressesOf(server: Server): readonly string[] {
  return keysOf(server, [...server.privateIps, ...server.ipv6Addresses].map(canonicalIp));
}

function keysOf(server: Server, keys: readonly string[]): readonly string[] {
  return serverState(server) === 'absent' ? [] : keys.filter((key) => key !== '');
}

/** An IP address in canonical form; empty if the text is not an address. */
function canonicalIp(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? '' : formatIp(ip);
}

import { parseIp } from '@k8s-ccm/foundation';
import type { Node, NodeAddress } from './kubernetes-types.ts';
import { getNodeAddressesFromNodeIP } from './node-ip.ts';
import { ProvidedNodeIPAnnotation } from './well-known.ts';

/** The addresses and, after them, those of `added` that are not there yet (type and address), in order. */
export function addToNodeAddresses(
  addresses: readonly NodeAddress[],
  ...added: readonly NodeAddress[]
): readonly NodeAddress[] {
  const all = [...addresses];
  for (const address of added) {
    if (!all.some((present) => sameAddress(present, address))) all.push(address);
  }
  return all;
}

/**
 * The addresses that a Node's status should hold, out of those that the cloud gives: with kubelet's hostname if the
 * cloud gives none, and kubelet's `--node-ip` obeyed. `undefined` if nothing is to be written: the cloud gives none, or
 * the Node holds them already (contract.md#node-addresses). Empty addresses, IP addresses that are not valid, and duplicates, which
 * the API server refuses, are left out.
 *
 * @throws NodeIPError where the Node's annotation is invalid or matches no address (contract.md#node-ip).
 */
export function nodeAddressesToWrite(
  node: Node,
  cloudAddresses: readonly NodeAddress[],
): readonly NodeAddress[] | undefined {
  const usable = addToNodeAddresses([], ...cloudAddresses.filter(isUsable));
  if (usable.length === 0) return undefined;
  const current = node.status?.addresses ?? [];
  const hostnames = current.filter(isHostname);
  const named = usable.some(isHostname) ? usable : [...usable, ...hostnames];
  const nodeIP = node.metadata?.annotations?.[ProvidedNodeIPAnnotation];
  const wanted = nodeIP === undefined ? named : getNodeAddressesFromNodeIP(nodeIP, named);
  return nodeAddressesChanged(current, wanted) ? wanted : undefined;
}

/**
 * Whether the wanted list is worth a write. An order of its own among addresses of different types
 * is not; where two addresses share a type, their order counts (contract.md#node-addresses). Upstream finds a
 * change in every dual-stack Node and then writes an empty patch; equal lists are no change here.
 */
export function nodeAddressesChanged(
  current: readonly NodeAddress[],
  wanted: readonly NodeAddress[],
): boolean {
  if (current.length !== wanted.length) return true;
  if (current.every((address, index) => sameAddress(address, wanted[index]))) return false;
  const lastOfType = new Map(current.map(({ type, address }) => [type, address]));
  return wanted.some(({ type, address }) => lastOfType.get(type) !== address);
}

function sameAddress(one: NodeAddress, other: NodeAddress | undefined): boolean {
  return one.type === other?.type && one.address === other.address;
}

function isUsable({ type, address }: NodeAddress): boolean {
  if (type === 'InternalIP' || type === 'ExternalIP') return parseIp(address) !== undefined;
  return address !== '';
}

function isHostname({ type }: NodeAddress): boolean {
  return type === 'Hostname';
}

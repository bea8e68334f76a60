import type { InstanceMetadata, NodeAddress, NodeAddressType } from '@k8s-ccm/cloud-provider';
import type { Server } from '@k8s-ccm/inspur-sdk';

import { formatProviderId } from '../servers/provider-id.ts';

/** What is written to a Node of its server. `region`: for a server that names none. */
export function serverMetadata(server: Server, region: string): InstanceMetadata {
  return {
    providerID: formatProviderId(server.serverId),
    instanceType: server.flavorName,
    nodeAddresses: serverAddresses(server),
    zone: server.availabilityZone,
    region: server.regionId || region,
  };
}

/** True where a server has an address by which other nodes reach it. */
export function hasPrivateAddress({ privateIps, ipv6Addresses }: Server): boolean {
  return privateIps.length + ipv6Addresses.length > 0;
}

/**
 * The addresses of a server: host name, private IPv4 and IPv6 addresses, public address. None where there is no
 * private address: a list without one would take from the Node what kubelet knows.
 */
function serverAddresses(server: Server): readonly NodeAddress[] {
  if (!hasPrivateAddress(server)) return [];
  const { eipAddress, hostName, ipv6Addresses, privateIps } = server;
  return [
    ...addressesOf('Hostname', [hostName]),
    ...addressesOf('InternalIP', [...privateIps, ...ipv6Addresses]),
    ...addressesOf('ExternalIP', [eipAddress]),
  ];
}

function addressesOf(type: NodeAddressType, addresses: readonly string[]): readonly NodeAddress[] {
  return [...new Set(addresses)]
    .filter((address) => address !== '')
    .map((address) => ({ type, address }));
}

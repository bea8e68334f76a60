import type { Server } from '@k8s-ccm/inspur-sdk';

/** A server as the SDK gives it: `i-1`, active, with a private address. */
export function buildServer(fields: Partial<Server> = {}): Server {
  return {
    serverId: 'i-1',
    serverName: 'node-1',
    hostName: 'host-1',
    status: 'active',
    flavorName: 'ecs.large',
    regionId: 'cn-north-3',
    availabilityZone: 'cn-north-3a',
    vpcId: 'vpc-1',
    subnetId: 'subnet-1',
    privateIps: ['10.0.0.1'],
    eipAddress: '',
    ipv6Addresses: [],
    ...fields,
  };
}

/** A server, on the wire. */
export const wireServer = {
  serverId: 'i-1',
  serverName: 'node-1',
  hostName: 'host-1',
  status: 'active',
  flavorName: 'ecs.large',
  regionId: 'cn-north-3',
  availabilityZone: 'cn-north-3a',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  privateIps: ['10.0.1.1'],
  eipAddress: '203.0.113.9',
  ipv6Addresses: ['2001:db8::1'],
};

/** The same server, as users see it. */
export const server = wireServer;

/** Servers `i-<first>` and on, on the wire. */
export function wireServers(count: number, first = 1): readonly (typeof wireServer)[] {
  return Array.from({ length: count }, (_, index) => ({
    ...wireServer,
    serverId: `i-${first + index}`,
    serverName: `node-${first + index}`,
  }));
}

/** The envelope around an answer in RPC style. */
export function envelope(data: unknown, code = '0') {
  return { RequestId: 'request-1', Code: code, Data: data, Message: '' };
}

/** An answer to ListServers; `null` leaves the total out. */
export function serverPage(servers: readonly unknown[], total: number | null = servers.length) {
  return { body: envelope(total === null ? { servers } : { total, servers }) };
}

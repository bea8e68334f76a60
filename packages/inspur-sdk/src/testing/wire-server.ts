/** A server in the wire format. */
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

/** The same server in its public form. */
export const server = wireServer;

/** Returns `count` servers in the wire format, starting with `i-<first>`. */
export function wireServers(count: number, first = 1): readonly (typeof wireServer)[] {
  return Array.from({ length: count }, (_, index) => ({
    ...wireServer,
    serverId: `i-${first + index}`,
    serverName: `node-${first + index}`,
  }));
}

/** Returns the envelope of a response in the RPC style. */
export function envelope(data: unknown, code = '0') {
  return { RequestId: 'request-1', Code: code, Data: data, Message: '' };
}

/** Returns a response to ListServers. If `total` is `null`, it is omitted. */
export function serverPage(servers: readonly unknown[], total: number | null = servers.length) {
  return { body: envelope(total === null ? { servers } : { total, servers }) };
}

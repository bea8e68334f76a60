import { describe, expect, it } from '@jest/globals';

import { buildServer } from '../testing/server-fixtures.ts';
import { serverMetadata } from './server-metadata.ts';

describe('serverMetadata', () => {
  it.each([
    ['cn-north-3', 'cn-north-3'],
    ['', 'configured'],
  ])('takes the region %j of the server for %s', (regionId, region) => {
    expect(serverMetadata(buildServer({ regionId }), 'configured').region).toBe(region);
  });

  it('leaves out what the cloud does not tell, and what it tells twice', () => {
    const server = buildServer({
      hostName: '',
      privateIps: ['10.0.0.1', '10.0.0.1'],
      flavorName: '',
      availabilityZone: '',
    });
    expect(serverMetadata(server, '')).toEqual({
      providerID: 'incloud://i-1',
      instanceType: '',
      zone: '',
      region: 'cn-north-3',
      nodeAddresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    });
  });

  it('is content with IPv6 alone', () => {
    const server = buildServer({ privateIps: [], ipv6Addresses: ['2001:db8::1'] });
    expect(serverMetadata(server, '').nodeAddresses).toContainEqual({
      type: 'InternalIP',
      address: '2001:db8::1',
    });
  });
});

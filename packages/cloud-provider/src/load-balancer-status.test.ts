import { describe, expect, it } from '@jest/globals';
import type { LoadBalancerStatus } from './kubernetes-types.ts';
import { loadBalancerStatusEqual } from './load-balancer-status.ts';

const status = (...ingress: NonNullable<LoadBalancerStatus['ingress']>): LoadBalancerStatus => ({
  ingress,
});
const ports = [{ port: 80, protocol: 'TCP' }];

describe('loadBalancerStatusEqual', () => {
  it.each<[string, LoadBalancerStatus | undefined, LoadBalancerStatus | undefined]>([
    [
      'the same',
      status({ ip: '203.0.113.1' }, { hostname: 'a' }),
      status({ ip: '203.0.113.1' }, { hostname: 'a' }),
    ],
    ['absent and empty', undefined, status()],
    ['no list and an empty one', {}, status()],
    [
      'no ports and an empty list of them',
      status({ ip: '203.0.113.1' }),
      status({ ip: '203.0.113.1', ports: [] }),
    ],
    [
      'the same ports',
      status({ ip: '203.0.113.1', ports }),
      status({ ip: '203.0.113.1', ports: [...ports] }),
    ],
  ])('%s', (_what, one, other) => {
    expect(loadBalancerStatusEqual(one, other)).toBe(true);
    expect(loadBalancerStatusEqual(other, one)).toBe(true);
  });

  it.each<[string, LoadBalancerStatus | undefined, LoadBalancerStatus | undefined]>([
    [
      'an address more',
      status({ ip: '203.0.113.1' }),
      status({ ip: '203.0.113.1' }, { ip: '203.0.113.2' }),
    ],
    ['an address and none', undefined, status({ ip: '203.0.113.1' })],
    ['an empty ingress point and none', status(), status({})],
    [
      'another order',
      status({ ip: '203.0.113.1' }, { ip: '203.0.113.2' }),
      status({ ip: '203.0.113.2' }, { ip: '203.0.113.1' }),
    ],
    ['another address', status({ ip: '203.0.113.1' }), status({ ip: '203.0.113.2' })],
    ['a hostname instead', status({ ip: '203.0.113.1' }), status({ hostname: '203.0.113.1' })],
    // @see docs/reference/contract.md#case-93
    [
      'another ipMode',
      status({ ip: '203.0.113.1', ipMode: 'VIP' }),
      status({ ip: '203.0.113.1', ipMode: 'Proxy' }),
    ],
    ['ports', status({ ip: '203.0.113.1' }), status({ ip: '203.0.113.1', ports })],

    [
      'a port error',
      status({ ip: '203.0.113.1', ports }),
      status({ ip: '203.0.113.1', ports: [{ port: 80, protocol: 'TCP', error: 'InUse' }] }),
    ],
  ])('not with %s', (_what, one, other) => {
    expect(loadBalancerStatusEqual(one, other)).toBe(false);
    expect(loadBalancerStatusEqual(other, one)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { NodeAddress } from './kubernetes-types.ts';
import { getNodeAddressesFromNodeIP, NodeIPError } from './node-ip.ts';

const internal = (address: string): NodeAddress => ({ type: 'InternalIP', address });
const external = (address: string): NodeAddress => ({ type: 'ExternalIP', address });
const hostname: NodeAddress = { type: 'Hostname', address: 'host' };
const dns: NodeAddress = { type: 'ExternalDNS', address: 'host.example' };

describe('getNodeAddressesFromNodeIP', () => {
  it.each<[string, string, readonly NodeAddress[], readonly NodeAddress[]]>([
    // @see docs/reference/contract.md#case-34
    [
      'one that matches comes first',
      '10.0.0.1',
      [external('203.0.113.1'), internal('10.0.0.1'), hostname],
      [internal('10.0.0.1'), external('203.0.113.1'), hostname],
    ],
    // @see docs/reference/contract.md#case-40
    [
      'an external one',
      '55.55.55.55',
      [internal('10.1.1.1'), external('55.55.55.55')],
      [external('55.55.55.55'), internal('10.1.1.1')],
    ],
    // @see docs/reference/contract.md#case-41
    [
      'one of two types drops the others of both',
      '55.55.55.55',
      [
        internal('44.44.44.44'),
        internal('55.55.55.55'),
        external('44.44.44.44'),
        external('55.55.55.55'),
        hostname,
      ],
      [internal('55.55.55.55'), external('55.55.55.55'), hostname],
    ],
    // @see docs/reference/contract.md#case-42
    [
      'one of three of its type',
      '10.1.1.1',
      [internal('10.1.1.2'), internal('10.1.1.1'), internal('10.1.1.3'), external('203.0.113.1')],
      [internal('10.1.1.1'), external('203.0.113.1')],
    ],
    // @see docs/reference/contract.md#case-43
    [
      'IPv6 in the spelling of the cloud',
      '2600:1f14:1d4:d101::ba3d',
      [internal('10.1.1.1'), internal('2600:1f14:1d4:d101:0:0:0:ba3d'), hostname],
      [internal('2600:1f14:1d4:d101:0:0:0:ba3d'), hostname],
    ],
    // @see docs/reference/contract.md#case-45
    [
      'a pair in the order of the annotation',
      '10.1.1.1,fc01:1234::5678',
      [internal('fc01:1234::5678'), internal('10.1.1.1'), dns],
      [internal('10.1.1.1'), internal('fc01:1234::5678'), dns],
    ],
    // @see docs/reference/contract.md#case-46
    [
      'a pair of two types',
      '55.55.55.55,fc01:1234::5678',
      [
        internal('10.1.1.1'),
        external('55.55.55.55'),
        internal('fc01:1234::5678'),
        external('fc01:1234::1234'),
        hostname,
      ],
      [external('55.55.55.55'), internal('fc01:1234::5678'), hostname],
    ],

    ['leading zeros', '010.001.1.1', [internal('10.1.1.1')], [internal('10.1.1.1')]],
    ['IPv4 as IPv6', '::ffff:10.1.1.1', [internal('10.1.1.1')], [internal('10.1.1.1')]],
    [
      'an unspecified address that the cloud lists',
      '0.0.0.0',
      [internal('0.0.0.0')],
      [internal('0.0.0.0')],
    ],
  ])('%s', (_what, nodeIP, cloud, expected) => {
    expect(getNodeAddressesFromNodeIP(nodeIP, cloud)).toEqual(expected);
  });

  const pair = 'must contain either a single IP or a dual-stack pair of IPs';
  const unspecified = "dual-stack node IP cannot include '0.0.0.0' or '::'";

  it.each([
    // @see docs/reference/contract.md#case-35
    ['no IP', 'invalid-ip', 'could not parse "invalid-ip"'],
    // @see docs/reference/contract.md#case-37
    ['nothing', '', 'could not parse ""'],
    // @see docs/reference/contract.md#case-38
    ['a space', '10.1.1.1, fc01::1', 'could not parse " fc01::1"'],
    // @see docs/reference/contract.md#case-39
    ['two of IPv4', '10.1.1.1,10.1.1.2', pair],
    ['two of IPv6', 'fc01::1,fc01::2', pair],
    ['two of IPv4, one written as IPv6', '10.1.1.1,::ffff:10.1.1.2', pair],
    ['three', '10.1.1.1,fc01::1,fc01::2', pair],

    ['any IPv4 address in a pair', '0.0.0.0,fc01::1', unspecified],
    ['any IPv6 address in a pair', '10.1.1.1,::', unspecified],
    ['a comma at the end', '10.1.1.1,', 'could not parse ""'],
  ])('refuses %s', (_what, nodeIP, problem) => {
    const read = () =>
      getNodeAddressesFromNodeIP(nodeIP, [internal('10.1.1.1'), internal('fc01::1')]);
    expect(read).toThrow(NodeIPError);
    expect(read).toThrow(
      expect.objectContaining({
        message: `failed to parse node IP "${nodeIP}": ${problem}`,
        nodeIP,
      }),
    );
  });

  it.each<[string, string, readonly NodeAddress[], string]>([
    // @see docs/reference/contract.md#case-36
    [
      'an address that the cloud does not have',
      '10.0.0.2',
      [internal('10.0.0.1'), hostname],
      '10.0.0.2',
    ],
    // @see docs/reference/contract.md#case-44
    [
      'a pair where the cloud has one family',
      '10.1.1.1,fc01:0::1',
      [internal('10.1.1.1')],
      'fc01::1',
    ],

    ['an address where the cloud has none', '10.0.0.1', [], '10.0.0.1'],
  ])('refuses %s', (_what, nodeIP, cloud, missing) => {
    expect(() => getNodeAddressesFromNodeIP(nodeIP, cloud)).toThrow(
      expect.objectContaining({
        name: 'NodeIPError',
        message: `failed to get node address from cloud provider that matches ip: ${missing}`,
      }),
    );
  });
});

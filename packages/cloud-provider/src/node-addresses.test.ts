import { describe, expect, it } from '@jest/globals';
import type { Node, NodeAddress } from './kubernetes-types.ts';
import {
  addToNodeAddresses,
  nodeAddressesChanged,
  nodeAddressesToWrite,
} from './node-addresses.ts';
import { NodeIPError } from './node-ip.ts';

const hostname = (address: string): NodeAddress => ({ type: 'Hostname', address });
const internal = (address: string): NodeAddress => ({ type: 'InternalIP', address });
const external = (address: string): NodeAddress => ({ type: 'ExternalIP', address });

const node = (addresses: readonly NodeAddress[], nodeIP?: string): Node => ({
  metadata:
    nodeIP === undefined ? {} : { annotations: { 'alpha.kubernetes.io/provided-node-ip': nodeIP } },
  status: { addresses },
});

describe('addToNodeAddresses', () => {
  it('appends what is not there, in order', () => {
    const list = [internal('10.0.0.1')];
    const added = [
      external('10.0.0.1'),
      internal('10.0.0.1'),
      internal('10.0.0.2'),
      internal('10.0.0.2'),
    ];
    expect(addToNodeAddresses(list, ...added)).toEqual([
      internal('10.0.0.1'),
      external('10.0.0.1'),
      internal('10.0.0.2'),
    ]);
    expect(list).toEqual([internal('10.0.0.1')]);
  });
});

describe('nodeAddressesToWrite', () => {
  const kubelet = hostname('k');

  it.each<[string, Node, readonly NodeAddress[], readonly NodeAddress[] | undefined]>([
    // @see docs/reference/contract.md#case-32
    [
      "the cloud's hostname alone",
      node([kubelet]),
      [hostname('h'), internal('10.0.0.1'), external('203.0.113.1')],
      [hostname('h'), internal('10.0.0.1'), external('203.0.113.1')],
    ],
    // @see docs/reference/contract.md#case-33
    [
      "kubelet's hostname at the end",
      node([kubelet]),
      [internal('10.0.0.1'), external('203.0.113.1')],
      [internal('10.0.0.1'), external('203.0.113.1'), kubelet],
    ],
    // @see docs/reference/contract.md#case-34
    [
      "kubelet's node IP and hostname",
      node([kubelet], '10.0.0.1'),
      [internal('10.0.0.2'), internal('10.0.0.1'), external('203.0.113.1')],
      [internal('10.0.0.1'), external('203.0.113.1'), kubelet],
    ],
    // @see docs/reference/contract.md#case-47
    [
      'an address that changed',
      node([internal('10.0.0.1')]),
      [internal('10.0.0.9')],
      [internal('10.0.0.9')],
    ],
    // @see docs/reference/contract.md#case-48
    ['the cloud gives none', node([internal('10.0.0.1')]), [], undefined],
    // @see docs/reference/contract.md#case-49
    [
      'another order of types',
      node([internal('10.0.0.1'), external('203.0.113.1')]),
      [external('203.0.113.1'), internal('10.0.0.1')],
      undefined,
    ],
    // @see docs/reference/contract.md#case-50
    [
      'a pair that did not change',
      node([internal('10.0.0.1'), internal('fd00::1'), kubelet]),
      [internal('10.0.0.1'), internal('fd00::1')],
      undefined,
    ],
    [
      'a pair in another order',
      node([internal('10.0.0.1'), internal('fd00::1')]),
      [internal('fd00::1'), internal('10.0.0.1')],
      [internal('fd00::1'), internal('10.0.0.1')],
    ],
    // @see docs/reference/contract.md#case-51
    [
      'an address that is gone',
      node([internal('10.0.0.1'), external('203.0.113.1')]),
      [internal('10.0.0.1')],
      [internal('10.0.0.1')],
    ],

    ['a Node without status', {}, [internal('10.0.0.1')], [internal('10.0.0.1')]],
  ])('%s', (_what, object, cloud, expected) => {
    expect(nodeAddressesToWrite(object, cloud)).toEqual(expected);
  });

  it.each<[string, readonly NodeAddress[], readonly string[] | undefined]>([
    [
      'duplicates',
      [
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'ExternalIP', address: '10.0.0.1' },
      ],
      ['InternalIP 10.0.0.1', 'ExternalIP 10.0.0.1'],
    ],
    [
      'empty addresses',
      [
        { type: 'Hostname', address: '' },
        { type: 'InternalIP', address: '' },
        { type: 'InternalIP', address: '::1' },
      ],
      ['InternalIP ::1'],
    ],
    [
      'IP addresses that are not valid',
      [
        { type: 'InternalIP', address: '10.0.0' },
        { type: 'ExternalIP', address: 'none' },
        { type: 'ExternalDNS', address: 'none' },
      ],
      ['ExternalDNS none'],
    ],
    ['all, and then leaves the Node as it is', [{ type: 'InternalIP', address: 'x' }], undefined],
  ])('leaves out %s', (_what, addresses, expected) => {
    const written = nodeAddressesToWrite({ metadata: { name: 'n' } }, addresses);
    expect(written?.map(({ type, address }) => `${type} ${address}`)).toEqual(expected);
  });

  // @see docs/reference/contract.md#case-52
  it.each(['', 'invalid', '10.0.0.2'])('throws where the node IP is %p', (nodeIP) => {
    expect(() => nodeAddressesToWrite(node([], nodeIP), [internal('10.0.0.1')])).toThrow(
      NodeIPError,
    );
  });
});

describe('nodeAddressesChanged', () => {
  it.each<[string, readonly NodeAddress[], readonly NodeAddress[], boolean]>([
    ['equal lists', [internal('a'), internal('b')], [internal('a'), internal('b')], false],
    ['one type for another', [internal('a')], [external('a')], true],
    ['one more', [internal('a')], [internal('a'), external('b')], true],
    [
      'a pair where there were two types',
      [internal('a'), external('b')],
      [internal('a'), internal('b')],
      true,
    ],
  ])('%s', (_what, current, wanted, expected) => {
    expect(nodeAddressesChanged(current, wanted)).toBe(expected);
  });
});

import type { Node } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { buildNode } from '../testing/service-fixtures.ts';
import { hostKeyOf, selectHosts, serverIdOf } from './hosts.ts';

function withAnnotation(node: Node, id: string): Node {
  const annotations = { 'node.beta.kubernetes.io/instance-id': id };
  return { ...node, metadata: { ...node.metadata, annotations } };
}

function withAddresses(...addresses: readonly (readonly [string, string])[]): Node {
  const status = { addresses: addresses.map(([type, address]) => ({ type, address })) };
  return { ...buildNode('n1', ''), status };
}

describe('serverIdOf', () => {
  it.each([
    ['incloud://i-1', '', 'i-1'],
    ['inspur://i-1', '', 'i-1'],
    ['incloud:///i-1', '', 'i-1'],
    ['i-1', 'other', 'i-1'],
    ['', 'annotated', 'annotated'],
    ['', ' ', 'n1'],
    ['', '', 'n1'],
    ['aws://i-1', 'annotated', 'annotated'],
    ['aws:///eu-1/i-1', '', 'n1'],
    ['incloud://', '', 'n1'],
  ])('of provider id %j and annotation %j is %s', (providerID, annotation, id) => {
    expect(serverIdOf(withAnnotation(buildNode('n1', '', providerID), annotation))).toBe(id);
  });
});

describe('selectHosts', () => {
  it.each([
    [
      [
        ['Hostname', 'n1'],
        ['ExternalIP', '203.0.113.1'],
        ['InternalIP', 'fd00::1'],
        ['InternalIP', '10.0.0.1'],
        ['InternalIP', '10.0.0.2'],
      ],
      '10.0.0.1',
    ],
    [[['InternalIP', 'fd00::1']], 'fd00::1'],
  ] as const)('takes the first InternalIP, IPv4 before IPv6: %j', (addresses, ip) => {
    expect(selectHosts([withAddresses(...addresses)]).hosts[0]?.serverIp).toBe(ip);
  });

  it('skips a node without InternalIP in silence while it is not initialised', () => {
    const key = 'node.cloudprovider.kubernetes.io/uninitialized';
    const node = { ...withAddresses(), spec: { taints: [{ key, effect: 'NoSchedule' }] } };
    expect(selectHosts([node])).toEqual({ hosts: [], notices: [] });
  });

  it('skips a node without InternalIP and says so', () => {
    const { hosts, notices } = selectHosts([withAddresses(['ExternalIP', '203.0.113.1'])]);
    expect(hosts).toEqual([]);
    expect(notices).toEqual([
      {
        type: 'Warning',
        reason: 'NodeSkipped',
        message: 'node "n1" has no InternalIP and gets no traffic from the load balancer',
      },
    ]);
  });

  it('takes one of two nodes on one server, the same in any order', () => {
    const nodes = [
      buildNode('b', '10.0.0.2', 'incloud://i-1'),
      buildNode('a', '10.0.0.1', 'inspur://i-1'),
    ];
    for (const list of [nodes, nodes.toReversed()]) {
      const { hosts, notices } = selectHosts(list);
      expect(hosts).toEqual([{ serverId: 'i-1', serverIp: '10.0.0.1', serverName: 'a' }]);
      expect(notices.map(({ message }) => message)).toEqual([
        expect.stringContaining('nodes "a" and "b" are both server "i-1"; only "a" gets traffic'),
      ]);
    }
  });
});

describe('hostKeyOf', () => {
  it('changes with the server and with its address, and with nothing else', () => {
    const node = withAddresses(['InternalIP', '10.0.0.1']);
    const other = { ...node, metadata: { ...node.metadata, labels: { other: 'yes' } } };
    expect(hostKeyOf(other)).toBe(hostKeyOf(node));
    expect(hostKeyOf(withAddresses(['InternalIP', '10.0.0.2']))).not.toBe(hostKeyOf(node));
    const unnamed = { ...node, spec: {} };
    expect(hostKeyOf(withAnnotation(unnamed, 'i-9'))).not.toBe(hostKeyOf(unnamed));
  });
});

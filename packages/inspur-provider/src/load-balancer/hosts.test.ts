import type { Node } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { buildNode } from '../testing/service-fixtures.ts';
import { NodeServers } from '../servers/node-servers.ts';
import { HostSelector, selectHosts } from './hosts.ts';
import type { HostSelection } from './hosts.ts';

const { signal } = new AbortController();
const selector = new HostSelector(
  new NodeServers({ directory: undefined, vpcId: undefined, clock: { monotonic: () => 0 } }),
);

function select(...nodes: readonly Node[]): Promise<HostSelection> {
  return selector.select(nodes, { signal });
}

function withAnnotation(node: Node, id: string): Node {
  const annotations = { 'node.beta.kubernetes.io/instance-id': id };
  return { ...node, metadata: { ...node.metadata, annotations } };
}

function withAddresses(...addresses: readonly (readonly [string, string])[]): Node {
  const status = { addresses: addresses.map(([type, address]) => ({ type, address })) };
  return { ...buildNode('n1', ''), status };
}

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
  ] as const)('takes the first InternalIP, IPv4 before IPv6: %j', async (addresses, ip) => {
    const { hosts } = await select(withAddresses(...addresses));
    expect(hosts[0]?.serverIp).toBe(ip);
  });

  it('skips a Node without InternalIP in silence while it is not initialized', async () => {
    const key = 'node.cloudprovider.kubernetes.io/uninitialized';
    const node = withAddresses();
    const spec = { ...node.spec, taints: [{ key, effect: 'NoSchedule' }] };
    expect(await select({ ...node, spec })).toEqual({ hosts: [], isComplete: true, notices: [] });
  });

  it('skips a Node without InternalIP and says so', async () => {
    const { hosts, notices } = await select(withAddresses(['ExternalIP', '203.0.113.1']));
    expect(hosts).toEqual([]);
    expect(notices).toEqual([
      {
        type: 'Warning',
        reason: 'NodeSkipped',
        message: 'node "n1" gets no traffic: it has no InternalIP',
      },
    ]);
  });

  it('takes one of two Nodes on one server, the same in any order', async () => {
    const nodes = [
      buildNode('b', '10.0.0.2', 'incloud://i-1'),
      buildNode('a', '10.0.0.1', 'inspur://i-1'),
    ];
    for (const list of [nodes, nodes.toReversed()]) {
      const { hosts, notices } = await select(...list);
      expect(hosts).toEqual([{ serverId: 'i-1', serverIp: '10.0.0.1', serverName: 'a' }]);
      expect(notices.map(({ message }) => message)).toEqual([
        expect.stringContaining(
          'nodes "a" and "b" both have the server "i-1"; only "a" gets traffic',
        ),
      ]);
    }
  });

  it('does not know all members while the server of a Node cannot be looked up', async () => {
    const { spec: _, ...unnamed } = buildNode('n2', '192.168.0.2');
    const { hosts, isComplete, notices } = await select(buildNode('n1', '192.168.0.1'), unnamed);
    expect(hosts.map(({ serverName }) => serverName)).toEqual(['n1']);
    expect(isComplete).toBe(false);
    expect(notices).toMatchObject([
      { reason: 'NodeLookupFailed', message: expect.stringMatching(/^node "n2": its server/) },
    ]);
  });

  it.each([
    ['server', { kind: 'server', serverId: 'i-1' }, 1, 0],
    ['pending', { kind: 'pending' }, 0, 0],
    ['none', { kind: 'none', reason: 'it belongs to another cloud' }, 0, 1],
    ['unknown', { kind: 'unknown', reason: 'the cloud is down' }, 0, 1],
  ] as const)('treats a Node whose server is %s', (_, server, hosts, notices) => {
    const selection = selectHosts([buildNode('n1', '10.0.0.1')], new Map([['n1', server]]));
    expect(selection.hosts).toHaveLength(hosts);
    expect(selection.notices).toHaveLength(notices);
    expect(selection.isComplete).toBe(server.kind !== 'unknown');
  });
});

describe('the key of a host', () => {
  it('changes with the server and with its address, and with nothing else', () => {
    const node = withAddresses(['InternalIP', '10.0.0.1']);
    const other = { ...node, metadata: { ...node.metadata, labels: { other: 'yes' } } };
    expect(selector.keyOf(other)).toBe(selector.keyOf(node));
    expect(selector.keyOf(withAddresses(['InternalIP', '10.0.0.2']))).not.toBe(
      selector.keyOf(node),
    );
    const unnamed = { ...node, spec: {} };
    expect(selector.keyOf(withAnnotation(unnamed, 'i-9'))).not.toBe(selector.keyOf(unnamed));
  });
});

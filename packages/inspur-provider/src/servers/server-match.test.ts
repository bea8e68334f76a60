import type { Server } from '@k8s-ccm/inspur-sdk';
import { InstanceSnapshot } from '@k8s-ccm/provider-kit';
import { describe, expect, it } from '@jest/globals';

import { buildServer } from '../testing/server-fixtures.ts';
import { describeMismatch, matchServers } from './server-match.ts';
import type { SoughtServer } from './server-match.ts';

function snapshotOf(
  servers: readonly Partial<Server>[],
  complete = true,
): InstanceSnapshot<Server> {
  const items = servers.map((fields, index) =>
    buildServer({
      serverId: `i-${index + 1}`,
      serverName: '',
      hostName: '',
      privateIps: [`10.0.0.${index + 1}`],
      ...fields,
    }),
  );
  return new InstanceSnapshot({ items, complete }, 0, ({ serverId }) => serverId);
}

const sought = (fields: Partial<SoughtServer>): SoughtServer => ({
  name: 'k8s-node-01',
  addresses: [],
  vpcId: undefined,
  ...fields,
});

type Case = readonly [string, readonly Partial<Server>[], Partial<SoughtServer>, readonly string[]];

describe('the servers that a Node may be', () => {
  it.each<Case>([
    [
      'include none of another VPC that has its name',
      [{ serverName: 'k8s-node-01', vpcId: 'vpc-2' }, { serverName: 'k8s-node-01' }],
      { vpcId: 'vpc-1' },
      ['i-2'],
    ],
    [
      'include none of another VPC that has its address',
      [{ privateIps: ['10.0.0.9'], vpcId: 'vpc-2' }, { privateIps: ['10.0.0.9'] }],
      { vpcId: 'vpc-1', addresses: ['10.0.0.9'] },
      ['i-2'],
    ],
    [
      'include none of another VPC whose ID is its name',
      [{ serverId: 'k8s-node-01', vpcId: 'vpc-2' }],
      { vpcId: 'vpc-1' },
      [],
    ],
    [
      'include those of any VPC if none is configured',
      [{ serverName: 'k8s-node-01', vpcId: 'vpc-2' }],
      {},
      ['i-1'],
    ],
    [
      'include one whose VPC the cloud does not tell',
      [{ serverName: 'k8s-node-01', vpcId: '' }],
      { vpcId: 'vpc-1' },
      ['i-1'],
    ],
    [
      'include none that has its name and none of its addresses',
      [{ serverName: 'k8s-node-01' }, { serverName: 'k8s-node-01' }],
      { addresses: ['10.0.0.2', '10.0.0.7'] },
      ['i-2'],
    ],
    [
      'include the one whose ID is its name, whatever its addresses',
      [{ serverId: 'k8s-node-01' }, { serverName: 'k8s-node-01' }],
      { addresses: ['10.0.0.2'] },
      ['k8s-node-01'],
    ],
    [
      'include one by address, though another has its name',
      [{ serverName: 'k8s-node-01' }, { serverName: 'other' }],
      { addresses: ['10.0.0.2'] },
      ['i-2'],
    ],
    [
      'include none that has no address yet, if the Node has one',
      [{ serverName: 'k8s-node-01', privateIps: [] }],
      { addresses: ['10.0.0.1'] },
      [],
    ],
    [
      'are found by an IPv6 address in another spelling',
      [{ serverName: 'k8s-node-01', ipv6Addresses: ['2001:DB8::0:1'] }],
      { addresses: ['2001:db8::1'] },
      ['i-1'],
    ],
    [
      'are found by a name in capital letters',
      [{ serverName: 'K8S-Node-01' }],
      { addresses: ['10.0.0.1'] },
      ['i-1'],
    ],
    [
      'are two if their names differ by case only',
      [{ serverName: 'K8S-Node-01' }, { hostName: 'k8s-node-01' }],
      {},
      ['i-1', 'i-2'],
    ],
    ['are none by an empty name', [{}, {}], { name: '' }, []],
    [
      'include no deleted one',
      [{ serverName: 'k8s-node-01', status: 'deleted' }],
      { addresses: ['10.0.0.1'] },
      [],
    ],
  ])('%s', (_, servers, fields, expected) => {
    const found = matchServers(snapshotOf(servers), sought(fields));
    expect(found.map(({ serverId }) => serverId)).toEqual(expected);
  });

  it('include none by address alone if the answer may lack another one', () => {
    const fields = { addresses: ['10.0.0.1'] };
    expect(matchServers(snapshotOf([{}], false), sought(fields))).toEqual([]);
    const named = snapshotOf([{ serverName: 'k8s-node-01' }], false);
    expect(matchServers(named, sought(fields))).toHaveLength(1);
  });
});

describe('the reason why no server fits', () => {
  const advice =
    "; set the node's annotation node.beta.kubernetes.io/instance-id to the ID of its server";

  it.each<readonly [readonly Partial<Server>[], Partial<SoughtServer>, string]>([
    [[], {}, 'no server of the account has its name ("k8s-node-01")'],
    [
      [{ serverName: 'K8S-node-01' }],
      { addresses: ['10.0.0.7'] },
      'server "i-1" has its name, but none of its addresses (node: 10.0.0.7; server: 10.0.0.1)',
    ],
    [
      [{ serverName: 'k8s-node-01', vpcId: 'vpc-2' }],
      { vpcId: 'vpc-1' },
      'server "i-1" has its name, but is in VPC "vpc-2" instead of network.vpcId "vpc-1"',
    ],
    [
      [{ vpcId: 'vpc-2' }],
      { vpcId: 'vpc-1', addresses: ['10.0.0.1'] },
      'server "i-1" has its address, but is in VPC "vpc-2" instead of network.vpcId "vpc-1"',
    ],
  ])('tells what was there: %j %j', (servers, fields, reason) => {
    expect(describeMismatch(snapshotOf(servers), sought(fields))).toBe(`${reason}${advice}`);
  });
});

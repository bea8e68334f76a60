import type { Node } from '@k8s-ccm/cloud-provider';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { systemClock } from '@k8s-ccm/inspur-sdk';
import type { Server } from '@k8s-ccm/inspur-sdk';
import { InstanceSnapshot } from '@k8s-ccm/provider-kit';
import type { InstanceListing } from '@k8s-ccm/provider-kit';
import { describe, expect, it } from '@jest/globals';

import { buildNode } from '../testing/node-fixtures.ts';
import type { NodeParts } from '../testing/node-fixtures.ts';
import { buildServer } from '../testing/server-fixtures.ts';
import { statedServer } from './node-server.ts';
import type { NodeServer } from './node-server.ts';
import { NodeServers } from './node-servers.ts';
import { serverDirectory } from './server-directory.ts';

const { signal } = new AbortController();

const known = (name: string, parts: NodeParts = {}): Node =>
  buildNode(name, { isInitialized: true, ...parts });

/** A room whose account has these servers, and the number of searches so far. */
function roomOf(listing: InstanceListing<Server>, vpcId?: string) {
  const clock = { ms: 0, monotonic: () => clock.ms };
  const room = { searches: 0, failure: undefined as Error | undefined };
  const directory = {
    search: async (match: (all: InstanceSnapshot<Server>) => readonly Server[]) => {
      room.searches += 1;
      if (room.failure !== undefined) throw room.failure;
      const snapshot = new InstanceSnapshot(listing, 0, ({ serverId }) => serverId);
      return { items: match(snapshot), snapshot };
    },
  };
  const servers = new NodeServers({ directory, vpcId, clock });
  const resolve = async (node: Node): Promise<NodeServer | undefined> =>
    (await servers.resolve([node], { signal })).get(node.metadata?.name ?? '');
  return Object.assign(room, { servers, resolve, clock });
}

describe('a Node that names its server', () => {
  it.each<readonly [string, NodeParts, string]>([
    ['a provider ID', { providerID: 'incloud://i-1' }, 'i-1'],
    ['an inspur:// provider ID', { providerID: 'inspur://i-1' }, 'i-1'],
    ['three slashes', { providerID: 'incloud:///i-1' }, 'i-1'],
    ['a bare provider ID', { providerID: 'i-1' }, 'i-1'],
    ['blanks around a provider ID', { providerID: ' incloud://i-1 ' }, 'i-1'],
    ['an annotation', { instanceId: 'i-1' }, 'i-1'],
    ['blanks around an annotation', { instanceId: ' i-1\n' }, 'i-1'],
    ['incloud:// in an annotation', { instanceId: 'incloud://i-1' }, 'i-1'],
    ['inspur:// in an annotation', { instanceId: 'inspur:///i-1' }, 'i-1'],
    ['a provider ID before an annotation', { providerID: 'i-1', instanceId: 'i-2' }, 'i-1'],
    ['an annotation beside a blank provider ID', { providerID: ' ', instanceId: 'i-2' }, 'i-2'],
    ['an annotation beside a foreign ID', { providerID: 'k3s://n', instanceId: 'i-2' }, 'i-2'],
  ])('by %s is that server, without a call', async (_, parts, serverId) => {
    const room = roomOf({ items: [] });
    for (const isInitialized of [true, false]) {
      const node = buildNode('n', { ...parts, isInitialized });
      expect(await room.resolve(node)).toEqual({ kind: 'server', serverId });
      expect(room.servers.stated(node)).toEqual({ kind: 'server', serverId });
    }
    expect(room.searches).toBe(0);
  });

  it.each<readonly [NodeParts, string]>([
    [
      { providerID: 'aws:///x/i-1' },
      'its provider ID "aws:///x/i-1" does not belong to INSPUR Cloud (expected incloud://<server-id>)',
    ],
    [
      { providerID: 'k3s://n', instanceId: 'gce://i-1' },
      'its provider ID "k3s://n" does not belong to INSPUR Cloud (expected incloud://<server-id>)',
    ],
    [
      { instanceId: 'gce://i-1' },
      'its annotation node.beta.kubernetes.io/instance-id "gce://i-1" is not the ID of a server of INSPUR Cloud (expected <server-id> or incloud://<server-id>)',
    ],
  ])('of another cloud is none of ours: %j', async (parts, reason) => {
    const room = roomOf({ items: [buildServer({ serverName: 'n' })] });
    for (const isInitialized of [true, false]) {
      const node = buildNode('n', { ...parts, isInitialized });
      expect(await room.resolve(node)).toEqual({ kind: 'none', reason });
      expect(room.servers.stated(node)).toEqual({ kind: 'none', reason });
    }
    expect(room.searches).toBe(0);
  });
});

describe('a Node that does not name its server', () => {
  it('is pending while it is not initialized, without a call', async () => {
    const room = roomOf({ items: [buildServer({ serverName: 'n' })] });
    const node = buildNode('n', { internalIps: ['10.0.0.1'] });
    expect(await room.resolve(node)).toEqual({ kind: 'pending' });
    expect(statedServer(node)).toEqual({ kind: 'pending' });
    expect(room.searches).toBe(0);
  });

  it('says nothing by itself once it is initialized', () => {
    expect(statedServer(known('n', { internalIps: ['10.0.0.1'] }))).toBeUndefined();
  });

  it('is the server whose ID is its name', async () => {
    const items = [buildServer({ serverId: 'I-7' }), buildServer({ serverName: 'i-7' })];
    expect(await roomOf({ items }).resolve(known('i-7'))).toEqual({
      kind: 'server',
      serverId: 'I-7',
    });
  });

  it.each<readonly [string, Partial<Server>]>([
    ['its name', { serverName: 'n' }],
    ['its name in another case', { serverName: 'N' }],
    ['its host name', { hostName: 'n' }],
    ['its address', {}],
  ])('is the server of %s', async (_, server) => {
    const items = [buildServer(server), buildServer({ serverId: 'i-2', privateIps: ['10.0.0.2'] })];
    expect(await roomOf({ items }).resolve(known('n', { internalIps: ['10.0.0.1'] }))).toEqual({
      kind: 'server',
      serverId: 'i-1',
    });
  });

  it('never takes its bare name for an ID', async () => {
    const { resolve } = roomOf({ items: [buildServer({ serverName: 'other' })] });
    const reason =
      'no server of the account has its name ("web-1") or its addresses (10.0.0.9); set the node\'s annotation node.beta.kubernetes.io/instance-id to the ID of its server';
    expect(await resolve(known('web-1', { internalIps: ['10.0.0.9', 'garbage'] }))).toEqual({
      kind: 'none',
      reason,
    });
  });

  it('is none of several servers that fit', async () => {
    const items = ['i-1', 'i-2'].map((serverId) => buildServer({ serverId, serverName: 'n' }));
    const server = await roomOf({ items }).resolve(known('n', { internalIps: ['10.0.0.1'] }));
    expect(server).toEqual({
      kind: 'none',
      reason:
        '2 servers fit its name or addresses: "i-1" (name "n", host name "host-1", addresses 10.0.0.1), "i-2" (name "n", host name "host-1", addresses 10.0.0.1); set the node\'s annotation node.beta.kubernetes.io/instance-id to the ID of its server',
    });
  });

  it.each<readonly [string, InstanceListing<Server>, string]>([
    [
      'pages do not add up',
      { items: [], complete: false },
      'the pages of the list of servers do not add up',
    ],
    [
      'an entry cannot be read',
      { items: [], unreadable: ['i-9'] },
      'an entry of the list of servers cannot be read',
    ],
  ])('is unknown if %s', async (_, listing, why) => {
    expect(await roomOf(listing).resolve(known('n'))).toEqual({
      kind: 'unknown',
      reason: `its server cannot be looked up: ${why}`,
    });
  });

  it('is unknown if the call fails, and tells the error', async () => {
    const room = roomOf({ items: [] });
    room.failure = new Error('ECS is down');
    expect(await room.resolve(known('n'))).toEqual({
      kind: 'unknown',
      reason: 'its server cannot be looked up: ECS is down',
      error: room.failure,
    });
  });

  it('is unknown if servers cannot be listed at all', async () => {
    const servers = new NodeServers({
      directory: undefined,
      vpcId: undefined,
      clock: { monotonic: () => 0 },
    });
    expect((await servers.resolve([known('n')], { signal })).get('n')).toMatchObject({
      kind: 'unknown',
    });
  });

  it('ends with the signal of the caller', async () => {
    const room = roomOf({ items: [] });
    const reason = new Error('the lease is lost');
    const stopped = AbortSignal.abort(reason);
    room.failure = reason;
    await expect(room.servers.resolve([known('n')], { signal: stopped })).rejects.toBe(reason);
  });

  it('is not looked up again for 10 s after no server fits it', async () => {
    const room = roomOf({ items: [] });
    const node = known('n');
    for (const ms of [0, 9999]) {
      room.clock.ms = ms;
      expect(await room.resolve(node)).toMatchObject({ kind: 'none' });
    }
    expect(room.searches).toBe(1);
    room.clock.ms = 10_000;
    await room.resolve(node);
    await room.resolve(known('n'));
    expect(room.searches).toBe(3);
  });
});

it('resolves each Node by its name, whatever becomes of the others', async () => {
  const room = roomOf({ items: [buildServer({ serverName: 'b' })] });
  const nodes = [
    known('a', { providerID: 'incloud://i-9' }),
    known('b'),
    known('c'),
    buildNode('d'),
    known('e', { providerID: 'k3s://e' }),
  ];
  const resolved = await room.servers.resolve(nodes, { signal });
  expect([...resolved].map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
    'a server',
    'b server',
    'c none',
    'd pending',
    'e none',
  ]);
});

it('lists the servers once for 1000 Nodes that do not name theirs', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `n-${index}`);
  const list = {
    servers: names.map((name) => buildServer({ serverId: `id of ${name}`, serverName: name })),
    skipped: [],
    complete: true,
    calls: 1,
  };
  const asked: unknown[] = [];
  const ecs = {
    listServers: async (filter: unknown) => {
      asked.push(filter);
      return list;
    },
  };
  const clock = systemClock;
  const directory = serverDirectory({ ecs, clock, log: silentLogger, signal });
  const servers = new NodeServers({ directory, vpcId: undefined, clock });
  const resolved = await servers.resolve(
    names.map((name) => known(name)),
    { signal },
  );
  expect(resolved.get('n-999')).toEqual({ kind: 'server', serverId: 'id of n-999' });
  expect(asked).toEqual([{}]);
});

import type { InstanceMetadata, InstanceState, Node } from '@k8s-ccm/cloud-provider';
import { isInstanceNotFound } from '@k8s-ccm/cloud-provider';
import type { CloudSeed, Emulator } from '@k8s-ccm/inspur-emulator';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { Secret } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import type { CredentialsConfig } from '../cloud-config.ts';
import type { NodeParts } from '../testing/node-fixtures.ts';
import { buildNode } from '../testing/node-fixtures.ts';
import { ServerCloud } from '../testing/server-cloud.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import {
  AmbiguousServerError,
  ForeignProviderIdError,
  InstanceDoubtError,
} from '../servers/server-errors.ts';

const { signal } = new AbortController();

const seed: CloudSeed = {
  servers: [
    {
      serverId: 'i-1',
      serverName: 'node-1',
      hostName: 'host-1',
      flavorName: 'ecs.large',
      availabilityZone: 'cn-north-3b',
      privateIps: ['10.0.0.1', '10.0.1.1'],
      ipv6Addresses: ['2001:db8::1'],
      eipAddress: '203.0.113.1',
    },
    { serverId: 'i-2', serverName: 'node-2', hostName: 'node-2', privateIps: ['10.0.0.2'] },
    { serverId: 'i-3', serverName: 'other', hostName: 'node-3', privateIps: ['10.0.0.3'] },
    { serverId: 'i-4', serverName: 'twin', hostName: 'a', privateIps: ['10.0.0.4'] },
    { serverId: 'i-5', serverName: 'b', hostName: 'twin', privateIps: ['10.0.0.5'] },
    { serverId: 'i-6', serverName: 'c', hostName: 'c', privateIps: ['10.0.0.6'] },
    { serverId: 'i-7', serverName: 'd', hostName: 'd', privateIps: ['10.0.0.6'] },
    { serverId: 'i-8', serverName: 'node-2', status: 'deleted', privateIps: ['10.0.0.2'] },
    { serverId: 'i-9', serverName: 'bare', hostName: 'bare' },
    { serverId: 'i-10', serverName: 'Node-CAP', hostName: 'cap', privateIps: ['10.0.0.10'] },
    { serverId: 'i-11', serverName: 'Case', hostName: 'e', privateIps: ['10.0.0.11'] },
    { serverId: 'i-12', serverName: 'case', hostName: 'f', privateIps: ['10.0.0.12'] },
  ],
};

/** Servers `i-1` and on, and a Node for each, found by its id or by its name. */
function fleet(count: number, by: 'id' | 'name', isInitialized = false) {
  const names = Array.from({ length: count }, (_, index) => `n-${index + 1}`);
  const servers = names.map((serverName, index) => ({
    serverId: `i-${index + 1}`,
    serverName,
    privateIps: [`10.1.${index >> 8}.${index & 255}`],
  }));
  const nodes = names.map((name, index) =>
    buildNode(name, {
      isInitialized,
      ...(by === 'id' ? { providerID: `incloud://i-${index + 1}` } : {}),
    }),
  );
  return { servers, nodes };
}

async function serverIdOf(cloud: ServerCloud, node: Node): Promise<string | undefined> {
  const metadata = await cloud.instances.metadata(node, { signal });
  return metadata?.providerID;
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function survey(cloud: ServerCloud, nodes: readonly Node[]) {
  const result = await cloud.instances.survey?.(nodes, { signal });
  if (result === undefined) throw new Error('there is no survey');
  return { ...result, states: Object.fromEntries(result.states) };
}

describe('a Node is led to its server', () => {
  it.each<readonly [string, string, NodeParts, string]>([
    ['by its provider id', 'x', { providerID: 'incloud://i-1' }, 'i-1'],
    ['by an inspur:// provider id', 'x', { providerID: 'inspur://i-1' }, 'i-1'],
    ['by a provider id with three slashes', 'x', { providerID: 'incloud:///i-1' }, 'i-1'],
    ['by a bare provider id', 'x', { providerID: 'i-1' }, 'i-1'],
    [
      'by its provider id before all else',
      'node-2',
      { providerID: 'incloud://i-1', instanceId: 'i-3', internalIps: ['10.0.0.4'] },
      'i-1',
    ],
    ['by its annotation', 'x', { instanceId: ' i-1 ' }, 'i-1'],
    [
      'by its annotation before name and address',
      'node-2',
      { instanceId: 'i-1', internalIps: ['10.0.0.4'] },
      'i-1',
    ],
    ['by the name of the server', 'node-1', {}, 'i-1'],
    ['by the host name of the server', 'node-3', {}, 'i-3'],
    ['by the name of the server in capital letters', 'node-cap', {}, 'i-10'],
    ['by an id that is its name', 'i-3', { internalIps: ['10.0.0.3'] }, 'i-3'],
    ['by the one of two names that has its address', 'twin', { internalIps: ['10.0.0.5'] }, 'i-5'],
    [
      'by address, not by a name at another address',
      'node-1',
      { internalIps: ['10.0.0.3'] },
      'i-3',
    ],
    ['by name, whatever deleted server had it', 'node-2', {}, 'i-2'],
    ['by InternalIP', 'x', { internalIps: ['10.0.1.1'] }, 'i-1'],
    ['by InternalIP, whatever deleted server had it', 'x', { internalIps: ['10.0.0.2'] }, 'i-2'],
    ['by IPv6 in another spelling', 'x', { internalIps: ['2001:DB8:0:0::1'] }, 'i-1'],
    ['by two addresses of one server', 'x', { internalIps: ['10.0.0.1', '2001:db8::1'] }, 'i-1'],
  ])('%s', async (_, name, parts, serverId) => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const node = buildNode(name, parts);
    expect(await serverIdOf(cloud, node)).toBe(`incloud://${serverId}`);
    expect(await cloud.instances.exists(node, { signal })).toBe(true);
  });

  it.each<readonly [string, string, NodeParts, string]>([
    ['no server of its id', 'node-1', { providerID: 'incloud://i-99' }, 'no server "i-99"'],
    ['a deleted server', 'x', { providerID: 'incloud://i-8' }, 'no server "i-8"'],
    [
      'no server of its annotation once it is initialized, and none by name or address',
      'x',
      { instanceId: 'i-99', isInitialized: true },
      'no server "i-99"',
    ],
  ])('by an id that is absent: %s', async (_, name, parts, text) => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const node = buildNode(name, parts);
    const error = await failureOf(cloud.instances.metadata(node, { signal }));
    expect(isInstanceNotFound(error)).toBe(true);
    expect(String(error)).toContain(text);
    expect(await cloud.instances.exists(node, { signal })).toBe(false);
    expect(await cloud.instances.isShutdown(node, { signal })).toBe(false);
    expect((await survey(cloud, [node])).states).toEqual({ [name]: 'absent' });
  });

  it.each<readonly [string, string, NodeParts, string]>([
    ['no server has its name', 'node', {}, 'has its name ("node"); set the node\'s annotation'],
    [
      'no server has its name or address',
      'x',
      { internalIps: ['10.9.9.9', 'garbage'] },
      'its name ("x") or its addresses (10.9.9.9)',
    ],
    [
      'the server of its name has none of its addresses',
      'node-1',
      { internalIps: ['10.9.9.9'] },
      'server "i-1" has its name, but none of its addresses (node: 10.9.9.9; server: 10.0.0.1, 10.0.1.1, 2001:db8::1)',
    ],
    [
      'the cloud has never confirmed the id of its annotation',
      'x',
      { instanceId: 'i-99' },
      'no server "i-99", which its annotation node.beta.kubernetes.io/instance-id names; correct the annotation',
    ],
    [
      'its annotation names no server, but another one has its name',
      'node-2',
      { instanceId: 'i-99', isInitialized: true },
      'correct the annotation',
    ],
    [
      'its annotation names no server, but two others have its name',
      'twin',
      { instanceId: 'i-99', isInitialized: true },
      'correct the annotation',
    ],
  ])('only an id can be absent: nothing is said if %s', async (_, name, parts, text) => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const node = buildNode(name, parts);
    const error = await failureOf(cloud.instances.metadata(node, { signal }));
    expect(isInstanceNotFound(error)).toBe(true);
    expect(String(error)).toContain(text);
    for (const ask of ['exists', 'isShutdown'] as const) {
      const doubt = await failureOf(cloud.instances[ask](node, { signal }));
      expect(doubt).toBeInstanceOf(InstanceDoubtError);
      expect(String(doubt)).toContain(text);
    }
    const { complete, states } = await survey(cloud, [node]);
    expect(states).toEqual({ [name]: 'unknown' });
    expect(complete).toBe(true);
  });

  it.each<readonly [string, string, NodeParts, readonly string[]]>([
    ['two names', 'twin', {}, ['i-4', 'i-5']],
    ['two names that differ by case only', 'case', {}, ['i-11', 'i-12']],
    ['one address of two', 'x', { internalIps: ['10.0.0.6'] }, ['i-6', 'i-7']],
    ['two addresses', 'x', { internalIps: ['10.0.0.1', '10.0.0.3'] }, ['i-1', 'i-3']],
  ])('never by %s', async (_, name, parts, serverIds) => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const { instances } = cloud;
    const node = buildNode(name, parts);
    for (const ask of ['metadata', 'exists', 'isShutdown'] as const) {
      const error = await failureOf(instances[ask](node, { signal }));
      if (!(error instanceof AmbiguousServerError)) throw error;
      expect(error.servers.map(({ serverId }) => serverId)).toEqual(serverIds);
      for (const serverId of serverIds) expect(error.message).toContain(`"${serverId}"`);
      expect(error.message).toContain('node.beta.kubernetes.io/instance-id');
    }
    expect(await survey(cloud, [node])).toMatchObject({
      complete: true,
      states: { [name]: 'unknown' },
    });
  });

  it.each<readonly [NodeParts, string]>([
    [{ providerID: 'aws:///eu-1a/i-1' }, 'provider ID "aws:///eu-1a/i-1" does not belong to'],
    [{ providerID: 'kind://docker/i-1' }, 'provider ID'],
    [{ providerID: 'aws://i-1', instanceId: 'i-1' }, 'provider ID'],
    [{ instanceId: 'gce://i-1' }, 'annotation node.beta.kubernetes.io/instance-id "gce://i-1"'],
  ])('never from another cloud: %j', async (parts, text) => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const { instances } = cloud;
    const node = buildNode('node-1', parts);
    for (const ask of ['metadata', 'exists', 'isShutdown'] as const) {
      const error = await failureOf(instances[ask](node, { signal }));
      expect(error).toBeInstanceOf(ForeignProviderIdError);
      expect(String(error)).toContain(text);
    }
    expect((await survey(cloud, [node])).states).toEqual({ 'node-1': 'unknown' });
    expect(cloud.operations()).toEqual([]);
  });
});

describe('network.vpcId', () => {
  const twoVpcs: CloudSeed = {
    servers: [
      { serverId: 'i-1', serverName: 'node-1', privateIps: ['10.0.0.1'], vpcId: 'vpc-1' },
      { serverId: 'i-2', serverName: 'node-1', privateIps: ['10.0.0.1'], vpcId: 'vpc-2' },
      { serverId: 'i-3', serverName: 'node-3', privateIps: ['10.0.0.3'], vpcId: 'vpc-2' },
    ],
  };

  it.each<readonly [string, string, NodeParts]>([
    ['name', 'node-1', {}],
    ['name and address', 'node-1', { internalIps: ['10.0.0.1'] }],
    ['address', 'x', { internalIps: ['10.0.0.1'] }],
  ])('chooses among servers of one %s', async (_, name, parts) => {
    await using emulator = await startEmulator({ seed: twoVpcs });
    await using cloud = new ServerCloud(emulator, { vpcId: 'vpc-2' });
    expect(await serverIdOf(cloud, buildNode(name, parts))).toBe('incloud://i-2');
    await using anyVpc = new ServerCloud(emulator);
    expect(await failureOf(serverIdOf(anyVpc, buildNode(name, parts)))).toBeInstanceOf(
      AmbiguousServerError,
    );
  });

  it.each<readonly [string, string, NodeParts, string]>([
    ['name', 'node-3', {}, 'server "i-3" has its name, but is in VPC "vpc-2"'],
    [
      'address',
      'x',
      { internalIps: ['10.0.0.3'] },
      'server "i-3" has its address, but is in VPC "vpc-2" instead of network.vpcId "vpc-1"',
    ],
  ])('keeps a Node from the server of its %s in another VPC', async (_, name, parts, text) => {
    await using emulator = await startEmulator({ seed: twoVpcs });
    await using cloud = new ServerCloud(emulator, { vpcId: 'vpc-1' });
    const error = await failureOf(serverIdOf(cloud, buildNode(name, parts)));
    expect(isInstanceNotFound(error)).toBe(true);
    expect(String(error)).toContain(text);
  });

  it.each<readonly [string, NodeParts]>([
    ['provider id', { providerID: 'incloud://i-3' }],
    ['annotation', { instanceId: 'i-3' }],
  ])('never questions the %s of a Node, and warns once', async (_, parts) => {
    await using emulator = await startEmulator({ seed: twoVpcs });
    await using cloud = new ServerCloud(emulator, { vpcId: 'vpc-1' });
    const node = buildNode('n', parts);
    for (let times = 0; times < 2; times += 1) {
      expect(await serverIdOf(cloud, node)).toBe('incloud://i-3');
      expect((await survey(cloud, [node])).states).toEqual({ n: 'running' });
    }
    expect(cloud.warnings).toEqual([
      'warn the server of a node is in another VPC than network.vpcId of the cloud-config; check the provider ID or the annotation of the node {"node":"n","serverId":"i-3","vpcId":"vpc-2","expected":"vpc-1"}',
    ]);
  });
});

describe('what is written to a Node', () => {
  it('is all that the cloud knows', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const expected: InstanceMetadata = {
      providerID: 'incloud://i-1',
      instanceType: 'ecs.large',
      zone: 'cn-north-3b',
      region: 'cn-north-3',
      nodeAddresses: [
        { type: 'Hostname', address: 'host-1' },
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'InternalIP', address: '10.0.1.1' },
        { type: 'InternalIP', address: '2001:db8::1' },
        { type: 'ExternalIP', address: '203.0.113.1' },
      ],
    };
    expect(await cloud.instances.metadata(buildNode('node-1'), { signal })).toEqual(expected);
  });

  it('waits for a private address, and takes none away', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const parts = { providerID: 'incloud://i-9' };
    const error = await failureOf(cloud.instances.metadata(buildNode('bare', parts), { signal }));
    expect(String(error)).toContain('server "i-9" has no private address yet (status "active")');
    const known = buildNode('bare', { ...parts, isInitialized: true });
    expect(await cloud.instances.metadata(known, { signal })).toMatchObject({ nodeAddresses: [] });
  });
});

describe('the status of a server', () => {
  it.each<readonly [string, InstanceState]>([
    ['active', 'running'],
    ['build', 'running'],
    ['reboot', 'running'],
    ['error', 'running'],
    ['something-new', 'running'],
    ['stopped', 'stopped'],
    ['STOPPED', 'stopped'],
    ['shutoff', 'stopped'],
    ['expired', 'stopped'],
    ['deleted', 'absent'],
  ])('%s means %s', async (status, state) => {
    await using emulator = await startEmulator({
      seed: { servers: [{ serverId: 'i-1', status }] },
    });
    await using cloud = new ServerCloud(emulator);
    const node = buildNode('x', { providerID: 'incloud://i-1' });
    expect((await survey(cloud, [node])).states).toEqual({ x: state });
    expect(await cloud.instances.exists(node, { signal })).toBe(state !== 'absent');
    expect(await cloud.instances.isShutdown(node, { signal })).toBe(state === 'stopped');
  });
});

/** New objects, as after a change of the Nodes. */
function oneByNameAndOneById(): readonly Node[] {
  return [buildNode('node-1'), buildNode('x', { providerID: 'incloud://i-2' })];
}

describe('a survey', () => {
  it('shows each Node, and began after it was asked for', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    emulator.patchState({ servers: [{ serverId: 'i-2', status: 'stopped' }] });
    const [one, two, three, gone] = [
      buildNode('a', { providerID: 'incloud://i-1' }),
      buildNode('node-2'),
      buildNode('twin'),
      buildNode('z', { providerID: 'incloud://i-99' }),
    ];
    const { complete, startedAt, states } = await survey(cloud, [one, two, three, gone]);
    expect(states).toEqual({ a: 'running', 'node-2': 'stopped', twin: 'unknown', z: 'absent' });
    expect(complete).toBe(true);
    const { calls } = emulator.calls();
    expect(startedAt).toBeLessThanOrEqual(Math.min(...calls.map(({ at }) => at)));
  });

  it('sees at once what has changed', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    await cloud.instances.metadata(buildNode('node-1'), { signal });
    expect((await survey(cloud, oneByNameAndOneById())).states).toEqual({
      'node-1': 'running',
      x: 'running',
    });
    emulator.setHidden({ serverIds: ['i-1', 'i-2'] });
    expect((await survey(cloud, oneByNameAndOneById())).states).toEqual({
      'node-1': 'unknown',
      x: 'absent',
    });
    emulator.setHidden({ serverIds: [] });
    expect((await survey(cloud, oneByNameAndOneById())).states).toEqual({
      'node-1': 'running',
      x: 'running',
    });
  });

  it('of nobody asks nobody', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    expect(await survey(cloud, [])).toMatchObject({ complete: true, states: {} });
    expect(cloud.operations()).toEqual([]);
  });

  it('says nothing of a server that cannot be read, and tells it once', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    emulator.setFaults([
      { operation: 'ListServers', mutate: { 'Data.servers.1.privateIps': '10.0.0.2' } },
    ]);
    const nodes = ['i-1', 'i-2', 'i-3', 'i-99'].map((id) =>
      buildNode(id, { providerID: `incloud://${id}` }),
    );
    const states = { 'i-1': 'running', 'i-2': 'unknown', 'i-3': 'running', 'i-99': 'absent' };
    expect(await survey(cloud, nodes)).toMatchObject({ complete: true, states });
    expect(await survey(cloud, nodes)).toMatchObject({ complete: true, states });
    expect(cloud.warnings).toEqual([
      'warn a server is skipped: the answer of the cloud cannot be read {"serverId":"i-2","reason":"server.privateIps: expected a list of IP addresses, got \\"10.0.0.2\\""}',
    ]);
    emulator.setFaults([
      { operation: 'ListServers', mutate: { 'Data.servers.0.privateIps': '10.0.0.2' } },
    ]);
    const doubt = nodes[1] ?? buildNode('none');
    for (const ask of ['exists', 'isShutdown', 'metadata'] as const) {
      expect(await failureOf(cloud.instances[ask](doubt, { signal }))).toBeInstanceOf(
        InstanceDoubtError,
      );
    }
  });

  it.each([
    ['a status of a wrong type', { 'Data.servers.0.status': 7 }],
    ['no status', { 'Data.servers.0.status': { $omit: true } }],
    ['no id', { 'Data.servers.0.serverId': { $omit: true } }],
    ['an id of a wrong type', { 'Data.servers.0.serverId': 7 }],
    ['no object', { 'Data.servers.0': null }],
  ])('never takes a server with %s for absent', async (_, mutate) => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    emulator.setFaults([{ operation: 'ListServers', mutate }]);
    const nodes = [
      buildNode('by-id', { providerID: 'incloud://i-1' }),
      buildNode('node-1'),
      buildNode('node-3'),
    ];
    expect((await survey(cloud, nodes)).states).toEqual({
      'by-id': 'unknown',
      'node-1': 'unknown',
      'node-3': 'running',
    });
    expect(await failureOf(cloud.instances.exists(buildNode('node-1'), { signal }))).toBeInstanceOf(
      InstanceDoubtError,
    );
  });

  it('is not complete where the pages do not add up', async () => {
    const { servers, nodes } = fleet(150, 'name');
    await using emulator = await startEmulator({ seed: { servers } });
    await using cloud = new ServerCloud(emulator);
    emulator.setFaults([
      { operation: 'ListServers', path: 'pageNo=2', mutate: { 'Data.total': 151 } },
    ]);
    const stranger = buildNode('stranger');
    const { complete, states } = await survey(cloud, [...nodes, stranger]);
    expect(complete).toBe(false);
    expect(states).toMatchObject({ 'n-150': 'running', stranger: 'unknown' });
    expect(String(await failureOf(cloud.instances.exists(stranger, { signal })))).toContain(
      'do not add up',
    );
  });
});

describe('the witnesses of a survey', () => {
  const { servers, nodes } = fleet(150, 'id', true);
  const witnesses = [
    buildNode('w-1', { providerID: 'incloud://w-1', isInitialized: true }),
    buildNode('w-2', { isInitialized: true }),
    buildNode('w-3', { providerID: 'k3s://w-3', isInitialized: true }),
  ];
  const vouching = ['w-1', 'w-2', 'w-3'].map((name) => ({ serverId: name, serverName: name }));

  it('are in every answer that lacks a server, or it proves nothing', async () => {
    await using emulator = await startEmulator({ seed: { servers: [...servers, ...vouching] } });
    await using cloud = new ServerCloud(emulator);
    emulator.setHidden({ serverIds: ['i-1', 'i-150'] });
    const byId = witnesses.slice(0, 1);
    const look = () => cloud.instances.survey?.([...nodes, ...byId], { signal, witnesses: byId });
    const whole = await look();
    expect([whole?.states.get('n-1'), whole?.states.get('n-150')]).toEqual(['absent', 'absent']);
    expect(whole?.unwitnessed).toEqual(new Set());
    emulator.setFaults([
      { operation: 'ListServers', path: 'i-150', mutate: { 'Data.servers': [], 'Data.total': 0 } },
    ]);
    const { states, unwitnessed = new Set() } = (await look()) ?? {};
    expect(states?.get('w-1')).toBe('running');
    expect(states?.get('n-149')).toBe('absent');
    expect([unwitnessed.has('n-1'), unwitnessed.has('n-149')]).toEqual([false, true]);
  });

  it('are looked up first if they do not name their servers', async () => {
    await using emulator = await startEmulator({ seed: { servers: [...servers, ...vouching] } });
    await using cloud = new ServerCloud(emulator);
    emulator.setHidden({ serverIds: ['i-7'] });
    const result = await cloud.instances.survey?.(nodes.slice(0, 10), {
      signal,
      witnesses: witnesses.slice(1),
    });
    expect(result?.states.get('n-7')).toBe('absent');
    expect(result?.unwitnessed).toEqual(new Set());
    expect(emulator.calls().calls.at(-1)?.path).toContain('w-2');
  });

  it('cost no further call while they fit', async () => {
    await using emulator = await startEmulator({ seed: { servers: [...servers, ...vouching] } });
    await using cloud = new ServerCloud(emulator);
    const suspects = nodes.slice(0, 99);
    await cloud.instances.survey?.([...suspects, ...witnesses.slice(0, 1)], {
      signal,
      witnesses: witnesses.slice(0, 1),
    });
    expect(cloud.operations()).toHaveLength(1);
  });
});

describe('permission that is lost', () => {
  const nodes = [buildNode('a', { providerID: 'incloud://i-1' }), buildNode('node-2')];

  it('and said by a code is an error, never absence', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    emulator.setDenied({ services: ['ecs', 'vpc'], as: 'code' });
    const { instances } = cloud;
    const failures = await Promise.all([
      failureOf(survey(cloud, nodes)),
      ...nodes.map((node) => failureOf(instances.exists(node, { signal }))),
      ...nodes.map((node) => failureOf(instances.metadata(node, { signal }))),
      failureOf(Promise.resolve(instances.confirmAccess?.({ signal }))),
    ]);
    for (const failure of failures) {
      expect(String(failure)).toMatch(
        /code 101\.999401.*Check the credentials in the cloud-config/,
      );
    }
  });

  it('and shown as an empty list shows no witness either', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    emulator.setDenied({ services: ['ecs', 'vpc'], as: 'empty' });
    expect(await survey(cloud, nodes)).toMatchObject({
      complete: true,
      states: { a: 'absent', 'node-2': 'unknown' },
    });
    expect(await cloud.instances.confirmAccess?.({ signal })).toBe(false);
  });

  it.each([
    ['any VPC', undefined, true],
    ['the configured VPC', 'vpc-1', true],
    ['no such VPC', 'vpc-9', false],
  ])('is told from access by %s', async (_, vpcId, expected) => {
    await using emulator = await startEmulator({
      seed: { servers: [{ serverId: 'i-1', vpcId: 'vpc-1' }] },
    });
    await using cloud = new ServerCloud(emulator, vpcId === undefined ? {} : { vpcId });
    expect(await cloud.instances.confirmAccess?.({ signal })).toBe(expected);
  });
});

describe('a cloud that fails', () => {
  it('is no absence', async () => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator);
    const node = buildNode('x', { providerID: 'incloud://i-1' });
    for (const fault of [
      { status: 400 },
      { code: '101.001007' },
      { status: 200, body: '<html>' },
      { status: 200, code: 'AccessDenied' },
      { status: 200, body: '{}' },
    ]) {
      emulator.setFaults([{ operation: 'ListServers', ...fault }]);
      expect(await failureOf(survey(cloud, [node]))).toMatchObject({ name: 'InstanceCallError' });
    }
    emulator.setFaults([]);
    expect((await survey(cloud, [node])).states).toEqual({ x: 'running' });
  });

  it('ends the call with its asker', async () => {
    await using emulator = await startEmulator({ seed, latency: { ms: 60_000 } });
    await using cloud = new ServerCloud(emulator);
    const leaver = new AbortController();
    const leaving = failureOf(
      cloud.instances.exists(buildNode('node-1'), { signal: leaver.signal }),
    );
    const reason = new Error('the lease is lost');
    leaver.abort(reason);
    expect(await leaving).toBe(reason);
  });
});

describe('credentials', () => {
  const kinds: readonly (readonly [string, (emulator: Emulator) => CredentialsConfig])[] = [
    [
      'a token exchange',
      ({ credentials: { keycloak } }) => ({
        kind: 'keycloak',
        ...keycloak,
        clientSecret: { kind: 'value', secret: new Secret(keycloak.clientSecret) },
      }),
    ],
    [
      'an access key',
      ({ credentials: { accessKey } }) => ({
        kind: 'access-key',
        id: accessKey.id,
        secret: { kind: 'value', secret: new Secret(accessKey.secret) },
      }),
    ],
    [
      'a token',
      ({ credentials: { token } }) => ({
        kind: 'token',
        token: { kind: 'value', secret: new Secret(token) },
      }),
    ],
  ];

  it.each(kinds)('work by %s, also when a call is repeated', async (_, credentialsOf) => {
    await using emulator = await startEmulator({ seed });
    await using cloud = new ServerCloud(emulator, { credentials: credentialsOf(emulator) });
    emulator.setFaults([{ operation: 'ListServers', status: 503, times: 1 }]);
    const nodes = [buildNode('node-1'), buildNode('ü', { instanceId: 'i-2' })];
    expect((await survey(cloud, nodes)).states).toEqual({ 'node-1': 'running', ü: 'running' });
    expect(await cloud.instances.confirmAccess?.({ signal })).toBe(true);
  });
});

describe('the cost', () => {
  it('of a Node that no server fits is one search a minute, however many surveys there are', async () => {
    const clock = new VirtualClock(5000);
    await using emulator = await startEmulator({ seed, clock });
    await using cloud = new ServerCloud(emulator, { clock });
    const nodes = [buildNode('stranger'), buildNode('twin')];
    const known = buildNode('x', { providerID: 'incloud://i-1' });
    for (let round = 0; round < 10; round += 1) {
      expect((await survey(cloud, nodes)).states).toEqual({ stranger: 'unknown', twin: 'unknown' });
      await clock.sleep(5000);
    }
    expect(cloud.operations()).toHaveLength(1);
    const { calls } = emulator.calls();
    const later = await survey(cloud, [...nodes, known]);
    expect(later.states).toEqual({ stranger: 'unknown', twin: 'unknown', x: 'running' });
    expect(later.startedAt).toBeGreaterThan(Math.max(...calls.map(({ at }) => at)));
    cloud.operations();
    await clock.sleep(60_000);
    emulator.patchState({ servers: [{ serverId: 'i-20', serverName: 'stranger' }] });
    expect((await survey(cloud, nodes)).states).toEqual({ stranger: 'running', twin: 'unknown' });
    expect(cloud.operations()).toHaveLength(1);
  });

  it.each(['id', 'name'] as const)(
    'of 1000 uninitialized nodes found by %s is 10 calls',
    async (by) => {
      const { servers, nodes } = fleet(1000, by);
      await using emulator = await startEmulator({ seed: { servers } });
      await using cloud = new ServerCloud(emulator);
      const all = await Promise.all(nodes.map((node) => serverIdOf(cloud, node)));
      expect(all).toEqual(servers.map(({ serverId }) => `incloud://${serverId}`));
      expect(cloud.operations()).toHaveLength(10);
    },
  );

  it.each(['id', 'name'] as const)(
    'of 1000 nodes by %s that join one after the other is little more',
    async (by) => {
      const { servers, nodes } = fleet(1000, by);
      await using emulator = await startEmulator({ seed: { servers } });
      await using cloud = new ServerCloud(emulator);
      for (let start = 0; start < 1000; start += 10) {
        await Promise.all(nodes.slice(start, start + 10).map((node) => serverIdOf(cloud, node)));
      }
      expect(cloud.operations().length).toBeLessThanOrEqual(15);
    },
  );

  it('of a refresh of 1000 nodes, a hundred at a time, is 10 calls', async () => {
    const { servers, nodes } = fleet(1000, 'id', true);
    await using emulator = await startEmulator({ seed: { servers } });
    await using cloud = new ServerCloud(emulator);
    for (let start = 0; start < 1000; start += 100) {
      await Promise.all(nodes.slice(start, start + 100).map((node) => serverIdOf(cloud, node)));
    }
    expect(cloud.operations()).toHaveLength(10);
  });

  it('of two refreshes of 5000 nodes at once is 100 calls', async () => {
    const { servers, nodes } = fleet(5000, 'id', true);
    await using emulator = await startEmulator({ seed: { servers } });
    await using cloud = new ServerCloud(emulator);
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(nodes.map((node) => serverIdOf(cloud, node)));
    }
    expect(cloud.operations()).toHaveLength(2 * 50);
  });
});

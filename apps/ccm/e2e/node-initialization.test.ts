import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';
import type { NodeObject } from './cluster-objects.ts';

const uninitialized = 'node.cloudprovider.kubernetes.io/uninitialized';
const providedNodeIP = 'alpha.kubernetes.io/provided-node-ip';

describe('an uninitialized node', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    ccm = await sandbox.startCcm();
  }, 300_000);
  afterEach(async () => {
    const { items } = await sandbox.kube.get<{ items: readonly NodeObject[] }>('/api/v1/nodes');
    for (const { metadata } of items) await sandbox.deleteNode(metadata.name);
    await sandbox.cloud.setServers([]);
    await sandbox.cloud.setFaults([]);
  });
  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  function initialized(name: string): Promise<NodeObject> {
    return sandbox.untilNode(
      name,
      ({ spec }) => !(spec.taints ?? []).some(({ key }) => key === uninitialized),
    );
  }

  it('gets its provider id, addresses and six labels, loses the taint, and has the event Synced', async () => {
    await sandbox.addServer('i-1', {
      serverName: 'worker-1',
      privateIps: ['10.8.0.1'],
      ipv6Addresses: ['fd00::1'],
      eipAddress: '203.0.113.8',
    });
    await sandbox.addNode('worker-1', { providerID: '', ip: '', uninitialized: true });
    const node = await initialized('worker-1');
    expect(node.spec.providerID).toBe('incloud://i-1');
    expect(node.metadata.labels).toMatchObject({
      'node.kubernetes.io/instance-type': 'c1.large',
      'beta.kubernetes.io/instance-type': 'c1.large',
      'topology.kubernetes.io/zone': 'cn-north-3a',
      'failure-domain.beta.kubernetes.io/zone': 'cn-north-3a',
      'topology.kubernetes.io/region': 'cn-north-3',
      'failure-domain.beta.kubernetes.io/region': 'cn-north-3',
    });
    const { status } = await sandbox.untilNode(
      'worker-1',
      ({ status: { addresses } }) => (addresses ?? []).length > 0,
    );
    expect(status.addresses).toEqual([
      { type: 'Hostname', address: 'host-of-i-1' },
      { type: 'InternalIP', address: '10.8.0.1' },
      { type: 'InternalIP', address: 'fd00::1' },
      { type: 'ExternalIP', address: '203.0.113.8' },
    ]);
    expect(await sandbox.event('worker-1', 'Synced')).toMatchObject({
      type: 'Normal',
      message: 'Node synced successfully',
    });
  });

  it.each([
    { rule: 'provider id', node: { providerID: 'incloud://i-2' } },
    { rule: 'provider id with the other scheme', node: { providerID: 'inspur://i-2' } },
    { rule: 'bare provider id', node: { providerID: 'i-2' } },
    {
      rule: 'annotation',
      node: { providerID: '', annotations: { 'node.beta.kubernetes.io/instance-id': 'i-2' } },
    },
    { rule: 'server name', node: { providerID: '' }, server: { serverName: 'looked-up' } },
    { rule: 'host name', node: { providerID: '' }, server: { hostName: 'looked-up' } },
    {
      rule: 'InternalIP',
      node: { providerID: '', ip: '10.8.0.2' },
      server: { privateIps: ['10.8.0.2'] },
    },
  ])('is found by $rule', async ({ node, server }) => {
    await sandbox.addServer('i-2', server);
    await sandbox.addServer('i-another');
    await sandbox.addNode('looked-up', { ip: '', ...node, uninitialized: true });
    const { spec } = await initialized('looked-up');
    expect(spec.providerID).toBe(node.providerID === '' ? 'incloud://i-2' : node.providerID);
  });

  it.each([
    { rule: 'name', name: 'twin', server: { serverName: 'twin' }, node: {} },
    {
      rule: 'InternalIP',
      name: 'neighbor',
      server: { privateIps: ['10.8.0.3'] },
      node: { ip: '10.8.0.3' },
    },
  ])(
    'that fits two servers by $rule is told both and not guessed',
    async ({ name, server, node }) => {
      // Both at once: a look that sees only one of them leads to that one.
      await sandbox.addServers(['i-3', 'i-4'], server);
      await sandbox.addNode(name, { providerID: '', ip: '', ...node, uninitialized: true });
      const { type, message } = await sandbox.event(name, 'UninitializedNode');
      expect({ type, servers: [...new Set(message.match(/i-\d/g))] }).toEqual({
        type: 'Warning',
        servers: ['i-3', 'i-4'],
      });
      const { spec } = await sandbox.node(name);
      expect(spec.providerID).toBeUndefined();
      expect(spec.taints?.map(({ key }) => key)).toContain(uninitialized);
    },
  );

  it.each([
    { name: 'one of two', annotation: '10.8.0.6', first: '10.8.0.6' },
    { name: 'IPv6 in another spelling', annotation: 'fd00:0:0:0::6', first: 'fd00::6' },
  ])('keeps the address that its kubelet was given: $name', async ({ annotation, first }) => {
    await sandbox.addServer('i-5', {
      privateIps: ['10.8.0.5', '10.8.0.6'],
      ipv6Addresses: ['fd00::6'],
    });
    await sandbox.addNode('given', {
      providerID: 'incloud://i-5',
      ip: '',
      annotations: { [providedNodeIP]: annotation },
      uninitialized: true,
    });
    await initialized('given');
    const { status } = await sandbox.untilNode(
      'given',
      ({ status: { addresses } }) => (addresses ?? []).length > 0,
    );
    const internal = status.addresses?.filter(({ type }) => type === 'InternalIP');
    expect(internal).toEqual([{ type: 'InternalIP', address: first }]);
  });

  it.each(['10.8.9.9', 'garbage', ''])(
    'stays uninitialized where its kubelet was given the address "%s"',
    async (annotation) => {
      await sandbox.addServer('i-6');
      await sandbox.addServer('i-7');
      await sandbox.addNode('wrong', {
        providerID: 'incloud://i-6',
        ip: '',
        annotations: { [providedNodeIP]: annotation },
        uninitialized: true,
      });
      await sandbox.addNode('right', { providerID: 'incloud://i-7', ip: '', uninitialized: true });
      await initialized('right');
      await sandbox.untilLogged(ccm, 'wrong', 'provided node ip for node');
      const { spec } = await sandbox.node('wrong');
      expect(spec.taints?.map(({ key }) => key)).toContain(uninitialized);
    },
  );

  it('that was labelled by hand with the beta label gets the other one', async () => {
    await sandbox.addNode('labelled', {
      labels: { 'failure-domain.beta.kubernetes.io/zone': 'zone-by-hand' },
    });
    const { metadata } = await sandbox.untilNode(
      'labelled',
      (node) => node.metadata.labels?.['topology.kubernetes.io/zone'] !== undefined,
    );
    expect(metadata.labels?.['topology.kubernetes.io/zone']).toBe('zone-by-hand');
  });

  it('whose server the cloud describes with garbage does not keep the others waiting', async () => {
    await sandbox.addServer('i-8');
    await sandbox.addServer('i-9');
    await sandbox.addServer('i-10', { status: 'never-heard-of' });
    await sandbox.cloud.setFaults([
      { operation: 'ListServers', mutate: { 'Data.servers.0.serverId': 5 } },
    ]);
    for (const n of [8, 9, 10]) {
      const providerID = `incloud://i-${n}`;
      await sandbox.addNode(`garbage-${n}`, { providerID, ip: '', uninitialized: true });
    }
    const spared = await Promise.allSettled([9, 10].map((n) => initialized(`garbage-${n}`)));
    expect(spared.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await sandbox.cloud.setFaults([]);
    await initialized('garbage-8');
  });
});

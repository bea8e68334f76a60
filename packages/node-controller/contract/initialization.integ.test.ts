import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { InstanceNotFoundError, NotImplementedError } from '@k8s-ccm/cloud-provider';
import type { InstanceMetadata, Labels, NodeAddress, Taint } from '@k8s-ccm/cloud-provider';
import {
  FakeCloudProvider,
  Gate,
  heldBy,
  inTurn,
  returns,
  throws,
} from '@k8s-ccm/cloud-provider/testing';
import type { FakeCloudProviderOptions } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { TestCluster } from './test-cluster.ts';
import { addressesOf, uninitialized } from './test-node.ts';
import type { NewNode } from './test-node.ts';

const metadataCall = 'instance-metadata-by-provider-id';
const internal: NodeAddress = { type: 'InternalIP', address: '10.0.0.1' };
const label = {
  zone: 'topology.kubernetes.io/zone',
  zoneBeta: 'failure-domain.beta.kubernetes.io/zone',
  region: 'topology.kubernetes.io/region',
  regionBeta: 'failure-domain.beta.kubernetes.io/region',
  type: 'node.kubernetes.io/instance-type',
  typeBeta: 'beta.kubernetes.io/instance-type',
};

/** A cloud with the newer form of instances that gives this for every Node. */
function cloudWith(metadata: InstanceMetadata | undefined): FakeCloudProvider {
  const provider = new FakeCloudProvider();
  provider.answer(metadataCall, returns(metadata));
  return provider;
}

function v1(options: FakeCloudProviderOptions = {}): FakeCloudProvider {
  return new FakeCloudProvider({ instances: 'v1', ...options });
}

describe('cloud-node: initialization', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  /** A Node that has been initialized by a cloud. */
  async function initialized(provider: FakeCloudProvider, node: NewNode = {}) {
    const controller = await cluster.startController({ provider });
    await cluster.createNode('node-a', node);
    return { controller, node: await cluster.initialized('node-a') };
  }

  // @see docs/reference/contract.md#case-1
  it('a node gets providerID, addresses and an event, and loses the taint, by two writes', async () => {
    const { controller, node } = await initialized(
      cloudWith({ providerID: 'fake://id-1', nodeAddresses: [internal] }),
    );
    expect(node.spec?.providerID).toBe('fake://id-1');
    expect(addressesOf(node)).toEqual(['InternalIP 10.0.0.1']);
    expect(await cluster.event(node, 'Synced')).toMatchObject({
      type: 'Normal',
      message: 'Node synced successfully',
      source: { component: 'cloud-node-controller' },
    });
    await controller.settled();
    expect(controller.writes.kinds('node-a')).toEqual(['patch', 'patch status']);
    expect(controller.calls('node-a')).toHaveLength(1);
    expect(await cluster.reasons(node)).toEqual(['Synced']);
  });

  it('initializes a node with what no label can hold, and one event says which labels are left out', async () => {
    const { controller, node } = await initialized(
      cloudWith({
        providerID: 'fake://id-1',
        instanceType: 'Small HD 4GB',
        zone: '可用区 A',
        region: 'cn-north-3',
        additionalLabels: {
          'example.com/good': 'v1.2_x-Y',
          'example.com/empty': '',
          'example.com/long': 'a'.repeat(64),
          'Example.com/upper': 'v',
          'bad key': 'v',
          'example.com/': 'v',
        },
        nodeAddresses: [internal],
      }),
    );
    expect(node.metadata?.labels).toEqual({
      [label.region]: 'cn-north-3',
      [label.regionBeta]: 'cn-north-3',
      'example.com/good': 'v1.2_x-Y',
      'example.com/empty': '',
    });
    expect(node.spec?.taints ?? []).not.toContainEqual(expect.objectContaining(uninitialized));
    await controller.settled();
    const events = (await cluster.events(node)).filter(({ type }) => type === 'Warning');
    expect(events).toMatchObject([
      {
        reason: 'LabelsSkipped',
        message: `Node is initialized without labels that Kubernetes does not accept: ${label.typeBeta}="Small HD 4GB", ${label.type}="Small HD 4GB", ${label.zoneBeta}="可用区 A", ${label.zone}="可用区 A", example.com/long="${'a'.repeat(64)}" and 3 more. A value has at most 63 characters: letters, digits, "-", "_" and "."; it starts and ends with a letter or digit`,
      },
    ]);
  });

  it.each<[string, readonly NodeAddress[]]>([
    ['a duplicate', [internal, internal]],
    ['an empty address', [internal, { type: 'ExternalIP', address: '' }]],
    ['an address that is not an IP', [{ type: 'ExternalIP', address: 'none' }, internal]],
    ['an empty host name', [internal, { type: 'Hostname', address: '' }]],
  ])('writes the addresses without %s', async (_what, nodeAddresses) => {
    const { controller, node } = await initialized(
      cloudWith({ providerID: 'fake://id-1', nodeAddresses }),
    );
    await controller.settled();
    expect(addressesOf(await cluster.node('node-a'))).toEqual(['InternalIP 10.0.0.1']);
    expect(await cluster.reasons(node)).toEqual(['Synced']);
  });

  // @see docs/reference/contract.md#case-1
  it('a node that was there before the controller is initialized too', async () => {
    const provider = cloudWith({ providerID: 'fake://id-1', nodeAddresses: [internal] });
    await cluster.createNode('node-a');
    await cluster.startController({ provider });
    const node = await cluster.initialized('node-a');
    expect(node.spec?.providerID).toBe('fake://id-1');
    expect(addressesOf(node)).toEqual(['InternalIP 10.0.0.1']);
  });

  // @see docs/reference/contract.md#case-2
  it('the older form gives the providerID by the instance id', async () => {
    const provider = v1();
    provider.answer('instance-id', returns('12345'));
    const { node } = await initialized(provider);
    expect(node.spec?.providerID).toBe('fake://12345');
  });

  // @see docs/reference/contract.md#case-3
  it('a node without the taint is left as it is', async () => {
    const provider = cloudWith({ providerID: 'fake://id-1', nodeAddresses: [internal] });
    const controller = await cluster.startController({ provider });
    const created = await cluster.createNode('node-a', { taints: [] });
    await controller.sawNode(created);
    await controller.settled();
    expect(await cluster.node('node-a')).toEqual(created);
    expect(controller.calls('node-a')).toEqual([]);
  });

  it.each<[string, readonly Taint[]]>([
    // @see docs/reference/contract.md#case-4
    ['another value', [{ ...uninitialized, value: 'maybe' }]],
    ['no value and another effect', [{ key: uninitialized.key, effect: 'NoExecute' }]],
    // @see docs/reference/contract.md#case-5
    ['both effects', [uninitialized, { ...uninitialized, effect: 'NoExecute' }]],
  ])('the taint with %s is removed', async (_what, taints) => {
    const { node } = await initialized(cloudWith({ providerID: 'fake://id-1' }), { taints });
    expect(node.spec?.taints?.filter(({ key }) => key === uninitialized.key)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-6
  it('other taints stay, in their order', async () => {
    const others: readonly Taint[] = [
      { key: 'first', value: 'a', effect: 'NoSchedule' },
      { key: 'second', effect: 'NoExecute' },
    ];
    const { node } = await initialized(cloudWith({ providerID: 'fake://id-1' }), {
      taints: [...others.slice(0, 1), uninitialized, ...others.slice(1)],
    });
    // The API server itself adds a taint to every new Node.
    const present = node.spec?.taints?.filter(({ key }) => key !== 'node.kubernetes.io/not-ready');
    expect(present?.map(({ key, value, effect }) => ({ key, value, effect }))).toEqual([
      { key: 'first', value: 'a', effect: 'NoSchedule' },
      { key: 'second', value: undefined, effect: 'NoExecute' },
    ]);
  });

  // @see docs/reference/contract.md#case-6
  it('a node whose only taint goes has none', async () => {
    const controller = await cluster.startController({ provider: new FakeCloudProvider() });
    await cluster.createNode('node-a', { taints: [] });
    await cluster.patchNode('node-a', { spec: { taints: [uninitialized] } });
    expect((await cluster.initialized('node-a')).spec?.taints).toBeUndefined();
    expect(controller.calls('node-a')).toHaveLength(1);
  });

  it.each<[string, InstanceMetadata]>([
    // @see docs/reference/contract.md#case-7
    ['a providerID is never changed', { providerID: 'fake://other' }],
    // @see docs/reference/contract.md#case-10
    ['a cloud without a providerID is fine where the node has one', { zone: 'z' }],
    ['an empty providerID is none', { providerID: '', zone: 'z' }],
  ])('%s', async (_what, metadata) => {
    const { node } = await initialized(cloudWith(metadata), { providerID: 'fake://mine' });
    expect(node.spec?.providerID).toBe('fake://mine');
  });

  // @see docs/reference/contract.md#case-11
  it('a cloud that gives nothing leaves the node alone until its next change', async () => {
    const clock = new FakeClock();
    const provider = cloudWith(undefined);
    provider.answer(metadataCall, returns({ zone: 'z' }), { node: 'node-b' });
    const controller = await cluster.startController({ provider, clock });
    const created = await cluster.createNode('node-a');
    await controller.asked('node-a');
    // The barrier of `settled` would be left alone too.
    await cluster.createNode('node-b', { providerID: 'fake://node-b' });
    await cluster.initialized('node-b');
    await clock.advance(50_000);
    expect(await cluster.node('node-a')).toEqual(created);
    expect(controller.ended('node-a')).toBe(1);
    provider.answer(metadataCall, returns({ providerID: 'fake://id-1' }));
    await cluster.touchNode('node-a');
    expect((await cluster.initialized('node-a')).spec?.providerID).toBe('fake://id-1');
  });

  it.each<[string, FakeCloudProvider, NewNode?]>([
    // @see docs/reference/contract.md#case-8
    ['the cloud has no providerID', cloudWith({ zone: 'z', instanceType: 't' })],
    ['the cloud has an empty providerID', cloudWith({ providerID: '', zone: 'z' })],
    ...[new Error('boom'), new InstanceNotFoundError()].map(
      (error): [string, FakeCloudProvider] => {
        const provider = new FakeCloudProvider();
        provider.answer(metadataCall, throws(error));
        // @see docs/reference/contract.md#case-12
        return [`the cloud answers "${error.message}"`, provider];
      },
    ),
    ...[new Error('boom'), new InstanceNotFoundError()].map(
      (error): [string, FakeCloudProvider] => {
        const provider = v1();
        provider.answer('instance-id', throws(error));
        // @see docs/reference/contract.md#case-14
        return [`the instance id ends with "${error.message}"`, provider];
      },
    ),
    ...(['addresses', 'zone', 'type'] as const).map((fact): [string, FakeCloudProvider] => {
      const provider = v1();
      const failed = throws(new Error('boom'));
      if (fact === 'addresses') {
        provider.answer('node-addresses-by-provider-id', failed);
        provider.answer('node-addresses', failed);
        // @see docs/reference/contract.md#case-16
        return ['both ways to the addresses fail', provider];
      }
      if (fact === 'zone') {
        provider.answer('get-zone-by-provider-id', failed);
        provider.answer('get-zone-by-node-name', failed);
        // @see docs/reference/contract.md#case-17
        return ['both ways to the zone fail', provider];
      }
      provider.answer('instance-type-by-provider-id', failed);
      provider.answer('instance-type', failed);
      // @see docs/reference/contract.md#node-metadata
      return ['both ways to the instance type fail', provider];
    }),
  ])('%s: nothing is written, and it is tried again', async (_what, provider) => {
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    const created = await cluster.createNode('node-a', { labels: { mine: 'x' } });
    const retryTimer = () => clock.timers.find((ms) => ms < 50_000);
    for (const waitMs of [5, 10, 20, 40]) {
      await until('a retry is planned', () => retryTimer() !== undefined);
      expect(retryTimer()).toBe(waitMs);
      await clock.advance(waitMs - 1);
      expect(retryTimer()).toBe(1);
      await clock.advance(1);
    }
    await until('the next retry is planned', () => retryTimer() === 80);
    expect(await cluster.node('node-a')).toEqual(created);
    expect(controller.writes.kinds('node-a')).toEqual([]);
    expect(await cluster.reasons(created)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-9
  it('a providerID that the cloud gives later initializes the node without any change of it', async () => {
    const clock = new FakeClock();
    const provider = cloudWith({ zone: 'z' });
    const controller = await cluster.startController({ provider, clock });
    await cluster.createNode('node-a');
    await controller.asked('node-a');
    provider.answer(metadataCall, returns({ providerID: 'fake://id-1' }));
    await until('the node is asked for again', async () => {
      await clock.advance(5);
      return controller.ended('node-a') >= 2;
    });
    expect((await cluster.initialized('node-a')).spec?.providerID).toBe('fake://id-1');
  });

  // @see docs/reference/contract.md#case-12
  it('a change of the node does not wait for the backoff', async () => {
    const provider = new FakeCloudProvider();
    provider.answer(metadataCall, throws(new Error('boom')), { node: 'node-a' });
    const controller = await cluster.startController({ provider, clock: new FakeClock() });
    await cluster.createNode('node-a');
    await controller.asked('node-a');
    await controller.settled();
    provider.answerAsUsual();
    await cluster.touchNode('node-a');
    expect((await cluster.initialized('node-a')).spec?.providerID).toBe('fake://node-a');
  });

  // @see docs/reference/contract.md#case-13
  it('a cloud without instance ids initializes by name', async () => {
    const provider = v1();
    provider.answer('instance-id', throws(new NotImplementedError()));
    provider.answer('node-addresses-by-provider-id', throws(new Error('which?')));
    provider.answer('node-addresses', returns([internal]), { node: 'node-a' });
    const { controller, node } = await initialized(provider);
    expect(node.spec?.providerID).toBeUndefined();
    expect(addressesOf(node)).toEqual(['InternalIP 10.0.0.1']);
    expect(controller.writes.kinds('node-a')).toEqual(['patch', 'patch status']);
  });

  // @see docs/reference/contract.md#case-15
  it('addresses by name stand in for those by id', async () => {
    const provider = v1();
    provider.answer('node-addresses-by-provider-id', throws(new Error('boom')));
    provider.answer('node-addresses', returns([internal]));
    const { node } = await initialized(provider);
    expect(addressesOf(node)).toEqual(['InternalIP 10.0.0.1']);
  });

  // @see docs/reference/contract.md#case-18
  it('a cloud without zones gives no zone and no region', async () => {
    const { node } = await initialized(v1({ zones: false }));
    expect(node.metadata?.labels).toBeUndefined();
    expect(node.spec?.providerID).toBe('fake://node-a');
  });

  it.each<[string, InstanceMetadata, Labels, Labels]>([
    // @see docs/reference/contract.md#case-19
    [
      'zone and region',
      { zone: 'us-west-1a', region: 'us-west' },
      {},
      {
        [label.zone]: 'us-west-1a',
        [label.zoneBeta]: 'us-west-1a',
        [label.region]: 'us-west',
        [label.regionBeta]: 'us-west',
      },
    ],
    // @see docs/reference/contract.md#case-20
    [
      'a region alone',
      { zone: '', region: 'us-west' },
      {},
      { [label.region]: 'us-west', [label.regionBeta]: 'us-west' },
    ],
    // @see docs/reference/contract.md#case-21
    [
      'an instance type',
      { instanceType: 't1.micro' },
      {},
      { [label.type]: 't1.micro', [label.typeBeta]: 't1.micro' },
    ],
    // @see docs/reference/contract.md#case-22
    [
      'the zone of the cloud wins',
      { zone: 'new' },
      { [label.zone]: 'old' },
      { [label.zone]: 'new', [label.zoneBeta]: 'new' },
    ],
    // @see docs/reference/contract.md#case-23
    [
      'additional labels',
      { additionalLabels: { 'my.custom.label/foo': 'bar', 'topology.k8s.cp/zone-id': 'az1' } },
      {},
      { 'my.custom.label/foo': 'bar', 'topology.k8s.cp/zone-id': 'az1' },
    ],
    // @see docs/reference/contract.md#case-24
    [
      "additional labels that are Kubernetes' own",
      {
        additionalLabels: {
          'kubernetes.io/x': 'x',
          'k8s.io/x': 'x',
          'topology.kubernetes.io/region': 'x',
          'topology.k8s.io/region': 'x',
        },
      },
      { mine: 'x' },
      { mine: 'x' },
    ],
    // @see docs/reference/contract.md#case-25
    [
      'additional labels that only look like them',
      { additionalLabels: { 'app.k8snio/bar': 'x', 'k8snio/bar': 'y' } },
      {},
      { 'app.k8snio/bar': 'x', 'k8snio/bar': 'y' },
    ],
    // @see docs/reference/contract.md#case-26
    [
      'a label that is there stays',
      { additionalLabels: { 'my/foo': 'bar' } },
      { 'my/foo': 'fizz' },
      { 'my/foo': 'fizz' },
    ],
  ])('%s', async (_what, metadata, labels, expected) => {
    const provider = cloudWith({ providerID: 'fake://id-1', ...metadata });
    const { node } = await initialized(provider, { labels });
    expect(node.metadata?.labels).toEqual(expected);
  });

  // @see docs/reference/contract.md#case-19
  // @see docs/reference/contract.md#case-21
  it('the older form gives zone, region and type too', async () => {
    const provider = v1();
    provider.answer('get-zone-by-provider-id', throws(new Error('boom')));
    provider.answer('get-zone-by-node-name', returns({ failureDomain: 'z1', region: 'r1' }));
    provider.answer('instance-type-by-provider-id', returns('t1'));
    const { node } = await initialized(provider);
    expect(node.metadata?.labels).toEqual({
      [label.zone]: 'z1',
      [label.zoneBeta]: 'z1',
      [label.region]: 'r1',
      [label.regionBeta]: 'r1',
      [label.type]: 't1',
      [label.typeBeta]: 't1',
    });
  });

  // @see docs/reference/contract.md#case-27
  it('what the cloud says later changes no label', async () => {
    const clock = new FakeClock();
    const facts = { providerID: 'fake://id-1', zone: 'a', instanceType: 't1' };
    const provider = cloudWith({ ...facts, additionalLabels: { 'my/foo': 'bar' } });
    const controller = await cluster.startController({ provider, clock });
    await cluster.createNode('node-a');
    const { metadata } = await cluster.initialized('node-a');
    provider.answer(
      metadataCall,
      returns({ ...facts, zone: 'b', instanceType: 't2', additionalLabels: { 'my/new': 'x' } }),
    );
    await controller.sawNode(await cluster.touchNode('node-a'));
    await clock.advance(300_000);
    await controller.asked('node-a', 2);
    await controller.settled();
    expect((await cluster.node('node-a')).metadata?.labels).toEqual(metadata?.labels);
  });

  // @see docs/reference/contract.md#case-28
  it('a node that is deleted while it is initialized is dropped', async () => {
    const clock = new FakeClock();
    const gate = new Gate();
    const provider = new FakeCloudProvider();
    provider.answer(metadataCall, heldBy(gate), { node: 'node-a' });
    const controller = await cluster.startController({ provider, clock });
    const created = await cluster.createNode('node-a');
    await until('the cloud is asked', () => gate.waiting === 1);
    await cluster.deleteNode('node-a');
    await controller.sawNodeGo('node-a');
    gate.open();
    await controller.settled();
    // Nothing but the next address refresh is planned.
    expect(clock.timers).toEqual([300_000]);
    expect(controller.writes.kinds('node-a')).toEqual(['patch']);
    expect(controller.calls('node-a')).toHaveLength(1);
    expect(await cluster.reasons(created)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-28
  it('a new node of the same name gets nothing of the old one', async () => {
    const gate = new Gate();
    const provider = new FakeCloudProvider();
    provider.answer(
      metadataCall,
      inTurn(
        heldBy(gate, returns({ providerID: 'fake://old', zone: 'old' })),
        returns({ providerID: 'fake://new', zone: 'new' }),
      ),
      { node: 'node-a' },
    );
    const controller = await cluster.startController({ provider });
    const old = await cluster.createNode('node-a');
    await until('the cloud is asked', () => gate.waiting === 1);
    await cluster.deleteNode('node-a');
    await controller.sawNode(await cluster.createNode('node-a'));
    gate.open();
    const node = await cluster.initialized('node-a');
    expect(node.spec?.providerID).toBe('fake://new');
    expect(node.metadata?.labels?.[label.zone]).toBe('new');
    expect(await cluster.reasons(old)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-29
  it('writers in between only delay it, and nothing of theirs is lost', async () => {
    let writers = 0;
    const provider = cloudWith({ providerID: 'fake://id-1', zone: 'z' });
    const extra = { key: 'extra', value: 'x', effect: 'NoSchedule' };
    const controller = await cluster.startController({
      provider,
      before: async ({ kind, node }) => {
        if (kind !== 'patch' || node !== 'node-a' || writers === 3) return;
        writers += 1;
        if (writers === 3) {
          await cluster.patchNode('node-a', { spec: { taints: [uninitialized, extra] } });
        } else await cluster.touchNode('node-a', `writer ${writers}`);
      },
    });
    await cluster.createNode('node-a');
    const node = await cluster.initialized('node-a');
    expect(node.spec).toMatchObject({ providerID: 'fake://id-1', taints: [extra] });
    expect(node.metadata?.annotations?.['test/touched']).toBe('writer 2');
    const patches = controller.writes.kinds('node-a').filter((kind) => kind === 'patch');
    expect(patches).toHaveLength(4);
    await controller.settled();
    expect(controller.calls('node-a')).toHaveLength(1);
    expect(await cluster.reasons(node)).toEqual(['Synced']);
  });

  // @see docs/reference/contract.md#case-29
  it('after twenty refused writes the node goes back into the queue', async () => {
    const clock = new FakeClock();
    let writes = 0;
    const writesBeforeAsk: number[] = [];
    const provider = new FakeCloudProvider();
    provider.answer(metadataCall, (_call, usual) => {
      writesBeforeAsk.push(writes);
      return usual();
    });
    await cluster.startController({
      provider,
      clock,
      before: async ({ kind }) => {
        if (kind !== 'patch') return;
        writes += 1;
        if (writes <= 20) await cluster.touchNode('node-a', `writer ${writes}`);
      },
    });
    await cluster.createNode('node-a');
    await until('the cloud is asked again', async () => {
      await clock.advance(100);
      return writesBeforeAsk.length >= 2;
    });
    const node = await cluster.initialized('node-a');
    expect(writesBeforeAsk).toEqual([0, 20]);
    expect(writes).toBe(21);
    expect(node.metadata?.annotations?.['test/touched']).toBe('writer 20');
  });

  // @see docs/reference/contract.md#case-30
  it('both histograms count the node', async () => {
    const { controller } = await initialized(cloudWith({ providerID: 'fake://id-1' }));
    const metrics = await controller.metrics.render();
    for (const name of [
      'node_controller_cloud_provider_taint_removal_delay_seconds',
      'node_controller_initial_node_sync_delay_seconds',
    ]) {
      expect(metrics).toContain(`${name}_count 1\n`);
      expect(metrics).toContain(`${name}_bucket{le="1024"} 1\n`);
    }
    expect(metrics).toMatch(/workqueue_adds_total\{name="Nodes"\} [1-9]/);
  });

  // @see docs/reference/contract.md#case-31
  it.each([
    [3, 3],
    [1, 1],
  ])('%d concurrent syncs ask for %d nodes at once', async (concurrency, overlap) => {
    const gate = new Gate();
    const provider = new FakeCloudProvider();
    provider.answer(metadataCall, heldBy(gate));
    const controller = await cluster.startController({ provider, concurrency });
    const nodes = ['node-a', 'node-b', 'node-c'];
    for (const name of nodes) await controller.sawNode(await cluster.createNode(name));
    await until('the cloud is asked', () => gate.waiting === overlap);
    gate.open();
    for (const name of nodes) await cluster.initialized(name);
    expect(provider.maxInFlight({ operation: metadataCall })).toBe(overlap);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NodeAddress } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, Gate, heldBy, returns, throws } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { RunningController, RunningControllerOptions } from './running-controller.ts';
import { TestCluster } from './test-cluster.ts';
import { addressesOf } from './test-node.ts';
import type { NewNode } from './test-node.ts';

const metadataCall = 'instance-metadata-by-provider-id';
const nodeIP = 'alpha.kubernetes.io/provided-node-ip';
const periodMs = 300_000;

/** `InternalIP 10.0.0.1` and the like, as addresses. */
function addresses(...lines: readonly string[]): readonly NodeAddress[] {
  return lines.map((line) => {
    const [type = '', address = ''] = line.split(' ');
    return { type, address };
  });
}

/** A cloud that gives every Node these addresses. */
function cloudWith(...lines: readonly string[]): FakeCloudProvider {
  const provider = new FakeCloudProvider();
  answerAddresses(provider, ...lines);
  return provider;
}

function answerAddresses(provider: FakeCloudProvider, ...lines: readonly string[]): void {
  const nodeAddresses = addresses(...lines);
  provider.answer(metadataCall, returns({ providerID: 'fake://id-1', nodeAddresses }));
}

describe('cloud-node: addresses and node IP', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  /** A controller on a clock of its own, after its first pass over these Nodes, all initialized. */
  async function refreshing(
    nodes: Readonly<Record<string, NewNode>>,
    options: RunningControllerOptions,
  ): Promise<{ controller: RunningController; nextPass: () => Promise<void> }> {
    const clock = new FakeClock();
    for (const [name, node] of Object.entries(nodes)) {
      await cluster.createNode(name, { taints: [], providerID: `fake://${name}`, ...node });
    }
    const controller = await cluster.startController({ ...options, clock });
    // The next pass is planned when one has ended.
    const passed = () => until('a pass has ended', () => clock.timers.includes(periodMs));
    await passed();
    const nextPass = async () => {
      for (const name of Object.keys(nodes)) await controller.sawNode(await cluster.node(name));
      await clock.advance(periodMs);
      await passed();
    };
    return { controller, nextPass };
  }

  interface AddressCase {
    readonly cloud: readonly string[];
    readonly annotation?: string;
    readonly expected: readonly string[];
  }

  it.each<[string, AddressCase]>([
    // @see docs/reference/contract.md#case-32
    [
      "the cloud's hostname goes before kubelet's",
      {
        cloud: ['Hostname h', 'InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1'],
        expected: ['Hostname h', 'InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1'],
      },
    ],
    // @see docs/reference/contract.md#case-33
    [
      "kubelet's hostname stays where the cloud has none",
      {
        cloud: ['InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1'],
        expected: ['InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1', 'Hostname k'],
      },
    ],
    // @see docs/reference/contract.md#case-34
    [
      'a node IP that the cloud knows',
      {
        annotation: '10.0.0.1',
        cloud: ['InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1'],
        expected: ['InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1', 'Hostname k'],
      },
    ],
    // @see docs/reference/contract.md#case-40
    [
      'a node IP that is external goes first',
      {
        annotation: '55.55.55.55',
        cloud: ['InternalIP 10.1.1.1', 'ExternalIP 55.55.55.55'],
        expected: ['ExternalIP 55.55.55.55', 'InternalIP 10.1.1.1', 'Hostname k'],
      },
    ],
    // @see docs/reference/contract.md#case-41
    [
      'a node IP of two types',
      {
        annotation: '55.55.55.55',
        cloud: [
          'InternalIP 44.44.44.44',
          'InternalIP 55.55.55.55',
          'ExternalIP 44.44.44.44',
          'ExternalIP 55.55.55.55',
        ],
        expected: ['InternalIP 55.55.55.55', 'ExternalIP 55.55.55.55', 'Hostname k'],
      },
    ],
    // @see docs/reference/contract.md#case-42
    [
      'one of three internal addresses',
      {
        annotation: '10.1.1.1',
        cloud: [
          'InternalIP 10.1.1.3',
          'InternalIP 10.1.1.1',
          'InternalIP 10.1.1.2',
          'ExternalIP 203.0.113.1',
        ],
        expected: ['InternalIP 10.1.1.1', 'ExternalIP 203.0.113.1', 'Hostname k'],
      },
    ],
    // @see docs/reference/contract.md#case-43
    [
      "an IPv6 address keeps the cloud's spelling",
      {
        annotation: '2600:1f14:1d4:d101::ba3d',
        cloud: ['InternalIP 10.1.1.1', 'InternalIP 2600:1f14:1d4:d101:0:0:0:ba3d'],
        expected: ['InternalIP 2600:1f14:1d4:d101:0:0:0:ba3d', 'Hostname k'],
      },
    ],
    // @see docs/reference/contract.md#case-45
    [
      'a pair in the order of the annotation',
      {
        annotation: '10.1.1.1,fc01:1234::5678',
        cloud: ['InternalIP fc01:1234::5678', 'InternalIP 10.1.1.1'],
        expected: ['InternalIP 10.1.1.1', 'InternalIP fc01:1234::5678', 'Hostname k'],
      },
    ],
    // @see docs/reference/contract.md#case-46
    [
      'a pair of two types',
      {
        annotation: '55.55.55.55,fc01:1234::5678',
        cloud: [
          'InternalIP 10.1.1.1',
          'InternalIP fc01:1234::5678',
          'ExternalIP 55.55.55.55',
          'ExternalIP fc01:ffff::1',
        ],
        expected: ['ExternalIP 55.55.55.55', 'InternalIP fc01:1234::5678', 'Hostname k'],
      },
    ],
  ])('%s', async (_what, { cloud, annotation, expected }) => {
    await cluster.startController({ provider: cloudWith(...cloud) });
    await cluster.createNode('node-a', {
      addresses: addresses('Hostname k'),
      ...(annotation === undefined ? {} : { annotations: { [nodeIP]: annotation } }),
    });
    expect(addressesOf(await cluster.initialized('node-a'))).toEqual(expected);
  });

  it.each<[string, string, readonly string[]]>([
    // @see docs/reference/contract.md#case-35
    ['no IP', 'invalid-ip', ['InternalIP 10.0.0.1']],
    // @see docs/reference/contract.md#case-36
    ['not in the cloud', '10.0.0.2', ['InternalIP 10.0.0.1']],
    ['the cloud has no address at all', '10.0.0.1', []],
    // @see docs/reference/contract.md#case-37
    ['an empty text', '', ['InternalIP 10.0.0.1']],
    // @see docs/reference/contract.md#case-38
    ['a space', '10.1.1.1, fc01::1', ['InternalIP 10.1.1.1', 'InternalIP fc01::1']],
    // @see docs/reference/contract.md#case-39
    ['two of one family', '10.1.1.1,10.1.1.2', ['InternalIP 10.1.1.1', 'InternalIP 10.1.1.2']],
    ['three', '10.1.1.1,fc01::1,10.1.1.1', ['InternalIP 10.1.1.1', 'InternalIP fc01::1']],
    // @see docs/reference/contract.md#case-44
    ['a pair where the cloud has one', '10.1.1.1,fc01::1', ['InternalIP 10.1.1.1']],
  ])('%s: nothing is written, and it is tried again', async (_what, annotation, cloud) => {
    const clock = new FakeClock();
    const provider = cloudWith(...cloud);
    const controller = await cluster.startController({ provider, clock });
    const created = await cluster.createNode('node-a', {
      annotations: { [nodeIP]: annotation },
      addresses: addresses('Hostname k'),
    });
    for (const tries of [1, 2, 3]) {
      await controller.asked('node-a', tries);
      await until('a retry is planned', () => clock.timers[0] === 5 * 2 ** (tries - 1));
      await clock.advance(clock.timers[0] ?? 0);
    }
    expect(await cluster.node('node-a')).toEqual(created);
    expect(controller.writes.kinds('node-a')).toEqual([]);
  });

  // @see docs/reference/contract.md#case-47
  it('an address that changed in the cloud is written, without an event', async () => {
    const provider = cloudWith('InternalIP 10.0.0.1');
    const { controller, nextPass } = await refreshing(
      { 'node-a': { addresses: addresses('Hostname k') } },
      { provider },
    );
    const before = await cluster.node('node-a');
    expect(addressesOf(before)).toEqual(['InternalIP 10.0.0.1', 'Hostname k']);
    answerAddresses(provider, 'InternalIP 10.0.0.9');
    await nextPass();
    const node = await cluster.node('node-a');
    expect(addressesOf(node)).toEqual(['InternalIP 10.0.0.9', 'Hostname k']);
    expect(controller.writes.kinds('node-a')).toEqual(['patch status', 'patch status']);
    expect(controller.calls('node-a')).toHaveLength(2);
    expect(await cluster.reasons(node)).toEqual([]);
    expect(node.spec).toEqual(before.spec);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    // @see docs/reference/contract.md#case-48
    ['the cloud has no addresses', ['InternalIP 10.0.0.1'], []],
    // @see docs/reference/contract.md#case-49
    [
      'the cloud only has another order',
      ['InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1'],
      ['ExternalIP 203.0.113.1', 'InternalIP 10.0.0.1'],
    ],
    // @see docs/reference/contract.md#case-50
    [
      'two internal addresses stay as they are',
      ['InternalIP 10.0.0.1', 'InternalIP fc01::1'],
      ['InternalIP 10.0.0.1', 'InternalIP fc01::1'],
    ],
  ])('%s: nothing is written', async (_what, first, later) => {
    const provider = cloudWith(...first);
    const { controller, nextPass } = await refreshing({ 'node-a': {} }, { provider });
    const before = await cluster.node('node-a');
    expect(addressesOf(before)).toEqual(first);
    answerAddresses(provider, ...later);
    await nextPass();
    await nextPass();
    expect(controller.ended('node-a')).toBe(3);
    expect(await cluster.node('node-a')).toEqual(before);
    expect(controller.writes.kinds('node-a')).toEqual(['patch status']);
  });

  // @see docs/reference/contract.md#case-51
  it('an address that is gone from the cloud is removed', async () => {
    const provider = cloudWith('InternalIP 10.0.0.1', 'ExternalIP 203.0.113.1');
    const { nextPass } = await refreshing({ 'node-a': {} }, { provider });
    answerAddresses(provider, 'InternalIP 10.0.0.1');
    await nextPass();
    expect(addressesOf(await cluster.node('node-a'))).toEqual(['InternalIP 10.0.0.1']);
  });

  // @see docs/reference/contract.md#case-52
  it('an annotation that became invalid keeps the addresses', async () => {
    const provider = cloudWith('InternalIP 10.0.0.1');
    const { controller, nextPass } = await refreshing({ 'node-a': {} }, { provider });
    answerAddresses(provider, 'InternalIP 10.0.0.9');
    await cluster.patchNode('node-a', { metadata: { annotations: { [nodeIP]: 'invalid-ip' } } });
    await nextPass();
    expect(controller.ended('node-a')).toBe(2);
    expect(addressesOf(await cluster.node('node-a'))).toEqual(['InternalIP 10.0.0.1']);
  });

  // @see docs/reference/contract.md#case-53
  it('a node that is not initialized is not asked for', async () => {
    const provider = new FakeCloudProvider({ instances: 'v1' });
    provider.answer('instance-id', throws(new Error('boom')));
    const { controller, nextPass } = await refreshing({ 'node-b': {} }, { provider });
    await controller.sawNode(await cluster.createNode('node-a'));
    await nextPass();
    const operations = provider.calls().map(({ operation, node, providerID }) => {
      return `${operation} ${node ?? providerID}`;
    });
    expect(new Set(operations)).toEqual(
      new Set(['node-addresses-by-provider-id fake://node-b', 'instance-id node-a']),
    );
  });

  // @see docs/reference/contract.md#case-54
  it('a pass over 100 nodes of the older form asks 100 times, for addresses alone', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `node-${index}`);
    const gate = new Gate();
    const provider = new FakeCloudProvider({ instances: 'v1' });
    provider.answer('node-addresses-by-provider-id', heldBy(gate));
    for (const name of names) {
      await cluster.createNode(name, { taints: [], providerID: `fake://${name}` });
    }
    await cluster.startController({ provider });
    // In the same moment, so that a provider may answer them all from one call.
    await until('all are asked for', () => gate.waiting === 100);
    gate.open();
    await until('all are answered', () => provider.inFlight() === 0);
    expect(new Set(provider.operations())).toEqual(new Set(['node-addresses-by-provider-id']));
    expect(new Set(provider.calls().map(({ providerID }) => providerID)).size).toBe(100);
    expect(provider.calls()).toHaveLength(100);
  });

  // @see docs/reference/contract.md#node-triggers
  it('no more nodes are asked for at once than the flag allows', async () => {
    const gate = new Gate();
    const provider = cloudWith();
    provider.answer(metadataCall, heldBy(gate));
    const names = ['node-a', 'node-b', 'node-c'];
    for (const name of names) await cluster.createNode(name, { taints: [] });
    const controller = await cluster.startController({ provider, statusConcurrency: 2 });
    await until('two are asked for', () => gate.waiting === 2);
    gate.open();
    for (const name of names) await controller.asked(name);
    expect(provider.maxInFlight()).toBe(2);
  });

  // @see docs/reference/contract.md#node-addresses
  it('nodes that the cloud cannot tell of, or that are refused, hinder no other', async () => {
    const provider = cloudWith('InternalIP 10.0.0.1');
    provider.answer(metadataCall, returns(undefined), { node: 'node-a' });
    provider.answer(metadataCall, throws(new Error('boom')), { node: 'node-b' });
    const { controller, nextPass } = await refreshing(
      { 'node-a': {}, 'node-b': {}, 'node-c': {}, 'node-d': {} },
      {
        provider,
        before: ({ node }) => {
          if (node === 'node-c') throw new Error('refused');
        },
      },
    );
    await nextPass();
    const nodes = ['node-a', 'node-b', 'node-c', 'node-d'];
    expect(nodes.map((name) => controller.ended(name))).toEqual([2, 2, 2, 2]);
    const seen = await Promise.all(nodes.map((name) => cluster.node(name)));
    expect(seen.map(addressesOf)).toEqual([[], [], [], ['InternalIP 10.0.0.1']]);
  });

  // @see docs/reference/contract.md#case-55
  it('addresses that were refused at initialization are written in the next period', async () => {
    let refused = 0;
    const provider = cloudWith('InternalIP 10.0.0.1');
    const { nextPass, controller } = await refreshing(
      { 'node-b': {} },
      {
        provider,
        before: ({ kind, node }) => {
          if (kind !== 'patch status' || node !== 'node-a' || refused === 1) return;
          refused += 1;
          throw new Error('refused');
        },
      },
    );
    await cluster.createNode('node-a', { addresses: addresses('Hostname k') });
    const node = await cluster.initialized('node-a');
    expect(addressesOf(node)).toEqual(['Hostname k']);
    await controller.sawNode(node);
    await nextPass();
    expect(addressesOf(await cluster.node('node-a'))).toEqual([
      'InternalIP 10.0.0.1',
      'Hostname k',
    ]);
    expect(refused).toBe(1);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Labels } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, Gate, heldBy, returns, throws } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { TestCluster } from './test-cluster.ts';

const reason = 'UninitializedNode';
const metadataCall = 'instance-metadata-by-provider-id';
const zone = { beta: 'failure-domain.beta.kubernetes.io/zone', ga: 'topology.kubernetes.io/zone' };
const region = {
  beta: 'failure-domain.beta.kubernetes.io/region',
  ga: 'topology.kubernetes.io/region',
};
const type = { beta: 'beta.kubernetes.io/instance-type', ga: 'node.kubernetes.io/instance-type' };

describe('cloud-node: label reconciliation, and nodes that stay uninitialized', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  /** A controller that has seen an initialized Node with these labels and has nothing left to do. */
  async function labelled(labels: Labels) {
    const controller = await cluster.startController({ provider: new FakeCloudProvider() });
    const created = await cluster.createNode('node-a', { taints: [], labels });
    await controller.sawNode(created);
    await controller.settled();
    return { controller, created };
  }

  it.each<[string, Labels, Labels]>([
    // @see docs/reference/contract.md#case-56
    [
      'older names alone',
      { [zone.beta]: 'z', [region.beta]: 'r', [type.beta]: 't', other: 'o' },
      { [zone.ga]: 'z', [region.ga]: 'r', [type.ga]: 't' },
    ],
    // @see docs/reference/contract.md#case-57
    ['a newer name that differs', { [zone.beta]: 'z', [zone.ga]: 'y' }, { [zone.ga]: 'z' }],
  ])('%s: the newer ones follow, by one write', async (_what, labels, added) => {
    const { controller } = await labelled(labels);
    expect((await cluster.node('node-a')).metadata?.labels).toEqual({ ...labels, ...added });
    expect(controller.writes.calls('node-a')).toEqual([
      {
        kind: 'patch',
        node: 'node-a',
        patch: { metadata: expect.objectContaining({ labels: added }) },
      },
    ]);
    expect(controller.calls('node-a')).toEqual([]);
  });

  it.each<[string, Labels]>([
    // @see docs/reference/contract.md#case-58
    ['newer names alone', { [zone.ga]: 'z', [region.ga]: 'r', [type.ga]: 't' }],
    // @see docs/reference/contract.md#case-60
    ['equal names', { [zone.beta]: 'z', [zone.ga]: 'z' }],
    ['no names at all', { other: 'o' }],
  ])('%s: nothing is sent', async (_what, labels) => {
    const { controller, created } = await labelled(labels);
    expect(await cluster.node('node-a')).toEqual(created);
    await controller.sawNode(await cluster.touchNode('node-a'));
    await controller.settled();
    expect(controller.writes.calls('node-a')).toEqual([]);
  });

  it.each([
    // @see docs/reference/contract.md#case-59
    ['a newer name that a user deletes', null],
    // @see docs/reference/contract.md#case-57
    ['a newer name that a user changes', 'y'],
  ])('%s is restored', async (_what, value) => {
    const { controller } = await labelled({ [zone.beta]: 'z', [zone.ga]: 'z' });
    await controller.sawNode(
      await cluster.patchNode('node-a', { metadata: { labels: { [zone.ga]: value } } }),
    );
    await controller.settled();
    expect((await cluster.node('node-a')).metadata?.labels?.[zone.ga]).toBe('z');
    expect(controller.writes.kinds('node-a')).toEqual(['patch']);
  });

  // @see docs/reference/contract.md#case-56
  it('a write that is refused is tried again', async () => {
    const clock = new FakeClock();
    let refused = 0;
    await cluster.startController({
      provider: new FakeCloudProvider(),
      clock,
      before: () => {
        if (refused === 2) return;
        refused += 1;
        throw new Error('refused');
      },
    });
    await cluster.createNode('node-a', { taints: [], labels: { [zone.beta]: 'z' } });
    await until('the newer name is there', async () => {
      await clock.advance(5);
      return (await cluster.node('node-a')).metadata?.labels?.[zone.ga] === 'z';
    });
    expect(refused).toBe(2);
  });

  // @see docs/reference/contract.md#case-61
  it('a node that is not initialized is left to its initialization', async () => {
    const provider = new FakeCloudProvider();
    provider.answer(metadataCall, returns(undefined), { node: 'node-a' });
    const controller = await cluster.startController({ provider });
    const created = await cluster.createNode('node-a', {
      labels: { [zone.beta]: 'z', [zone.ga]: 'y' },
    });
    await controller.asked('node-a');
    await controller.settled();
    expect(await cluster.node('node-a')).toEqual(created);
    provider.answer(metadataCall, returns({ providerID: 'fake://id-1', zone: 'x' }), {
      node: 'node-a',
    });
    await cluster.touchNode('node-a');
    const node = await cluster.initialized('node-a');
    expect(node.metadata?.labels).toEqual({ [zone.beta]: 'x', [zone.ga]: 'x' });
    await controller.settled();
    expect(controller.writes.kinds('node-a')).toEqual(['patch']);
  });

  // Not in the contract: upstream tells nobody.
  it('a node that stays uninitialized gets a warning with the last error after a minute, counted when it goes on', async () => {
    const clock = new FakeClock();
    const provider = new FakeCloudProvider();
    provider.answer(metadataCall, throws(new Error('boom')), { node: 'node-a' });
    const controller = await cluster.startController({ provider, clock });
    const created = await cluster.createNode('node-a');
    await controller.asked('node-a');
    await clock.advance(59_999);
    await controller.settled();
    expect(await cluster.reasons(created)).toEqual([]);
    await clock.advance(1);
    expect(await cluster.event(created, reason)).toMatchObject({
      type: 'Warning',
      message:
        'Node is not initialized by the cloud provider yet: failed to get instance metadata for node node-a: boom',
      involvedObject: { kind: 'Node', name: 'node-a' },
      source: { component: 'cloud-node-controller' },
    });
    await clock.advance(600_000);
    const events = await until('the warning is counted', async () => {
      const seen = await cluster.events(created);
      return seen.some(({ count }) => count === 3) ? seen : undefined;
    });
    expect(events).toHaveLength(1);
  });

  it.each<[string, (gate: Gate) => FakeCloudProvider, string]>([
    [
      'the cloud has nothing to say',
      () => {
        const provider = new FakeCloudProvider();
        provider.answer(metadataCall, returns(undefined), { node: 'node-a' });
        return provider;
      },
      'the cloud provider has no metadata for it',
    ],
    [
      'the cloud does not answer',
      (gate) => {
        const provider = new FakeCloudProvider();
        provider.answer(metadataCall, heldBy(gate), { node: 'node-a' });
        return provider;
      },
      'the cloud provider has not answered yet',
    ],
  ])('a node that stays uninitialized is told where %s', async (_what, cloud, why) => {
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider: cloud(new Gate()), clock });
    const created = await cluster.createNode('node-a');
    await until('the cloud is asked', () => controller.calls('node-a').length === 1);
    await clock.advance(60_000);
    expect(await cluster.event(created, reason)).toMatchObject({
      message: `Node is not initialized by the cloud provider yet: ${why}`,
    });
  });

  it('a node gets no warning once it is initialized or gone', async () => {
    const clock = new FakeClock();
    const provider = new FakeCloudProvider();
    provider.answer(metadataCall, throws(new Error('boom')), { node: 'node-b' });
    const controller = await cluster.startController({ provider, clock });
    await cluster.createNode('node-a');
    const node = await cluster.initialized('node-a');
    const other = await cluster.createNode('node-b');
    await controller.asked('node-b');
    await cluster.deleteNode('node-b');
    await controller.sawNodeGo('node-b');
    await clock.advance(120_000);
    await controller.settled();
    expect(await cluster.reasons(node)).toEqual(['Synced']);
    expect(await cluster.reasons(other)).toEqual([]);
  });
});

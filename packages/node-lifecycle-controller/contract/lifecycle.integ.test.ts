import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { InstanceNotFoundError, NotImplementedError } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, returns, throws } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { TestCluster } from './test-cluster.ts';

const shutdown = 'node.cloudprovider.kubernetes.io/shutdown:NoSchedule';
const other = { key: 'example.com/other', value: 'x', effect: 'NoExecute' };
const otherText = 'example.com/other=x:NoExecute';
const shutdownTaint = {
  key: 'node.cloudprovider.kubernetes.io/shutdown',
  effect: 'NoSchedule',
};

/** Upstream's behavior: `--node-deletion-proof=none`. */
describe('cloud-node-lifecycle', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  /**
   * Waits until the controller has gone through three whole rounds more, shown by a Node of its own
   * that is asked for in each of them.
   */
  async function rounds(provider: FakeCloudProvider): Promise<void> {
    if (!(await cluster.nodeNames()).includes('barrier')) await cluster.createNode('barrier');
    const seen = () =>
      provider.calls().filter(({ node, providerID }) => (node ?? providerID)?.endsWith('barrier'))
        .length;
    const before = seen();
    // At most three calls of one look are about the Node: id, exists, shutdown.
    await until('three rounds are over', () => seen() >= before + 10);
  }

  it.each([
    // @see docs/reference/contract.md#case-62
    'False',
    // @see docs/reference/contract.md#case-63
    'Unknown',
    // @see docs/reference/contract.md#case-64
    'none',
  ] as const)(
    'a Node whose Ready is %s and whose server is absent is deleted, and an event tells it',
    async (ready) => {
      const provider = new FakeCloudProvider();
      provider.answer('instance-exists', returns(false), { node: 'node-a' });
      await cluster.startController({ instances: provider.instances });
      const node = await cluster.createNode('node-a', { ready });
      await cluster.nodeGone('node-a');
      const event = await cluster.event(node, 'DeletingNode');
      expect(event).toMatchObject({
        type: 'Normal',
        message: 'Deleting node node-a because it does not exist in the cloud provider',
        count: 1,
      });
      expect(await cluster.reasons(node)).toEqual(['DeletingNode']);
    },
  );

  // @see docs/reference/contract.md#case-65
  it('a Ready Node whose server is absent is kept, and the cloud is not asked', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-exists', returns(false), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    await cluster.createNode('node-a', { ready: 'True' });
    await rounds(provider);
    expect(await cluster.nodeNames()).toContain('node-a');
    expect(provider.calls({ node: 'node-a' })).toEqual([]);
  });

  // @see docs/reference/contract.md#case-66
  it('where exists fails, the Node is kept without event, and shutdown is not asked', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-exists', throws(new Error('no answer')), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    const node = await cluster.createNode('node-a');
    await rounds(provider);
    expect(await cluster.nodeNames()).toContain('node-a');
    expect(await cluster.events(node)).toEqual([]);
    expect(new Set(provider.operations({ node: 'node-a' }))).toEqual(new Set(['instance-exists']));
  });

  // @see docs/reference/contract.md#case-67
  it('a Node that is not Ready and whose server runs is left as it is', async () => {
    const provider = new FakeCloudProvider();
    await cluster.startController({ instances: provider.instances });
    const node = await cluster.createNode('node-a', { taints: [other] });
    await rounds(provider);
    expect((await cluster.node('node-a')).metadata?.resourceVersion).toBe(
      node.metadata?.resourceVersion,
    );
    expect(provider.operations({ node: 'node-a' })).toContain('instance-shutdown');
  });

  // @see docs/reference/contract.md#case-68
  // @see docs/reference/contract.md#case-69
  it('the taint is added once to a Node whose server is stopped, beside the others', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-shutdown', returns(true), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    await cluster.createNode('node-a', { taints: [other] });
    await cluster.taintsBecome('node-a', [otherText, shutdown]);
    const { metadata, spec } = await cluster.node('node-a');
    expect(spec?.taints?.find(({ key }) => key === shutdownTaint.key)).toEqual(shutdownTaint);
    await rounds(provider);
    expect((await cluster.node('node-a')).metadata?.resourceVersion).toBe(
      metadata?.resourceVersion,
    );
  });

  // @see docs/reference/contract.md#case-70
  it('the taint goes when the Node becomes Ready, the others stay', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-shutdown', returns(true), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    await cluster.createNode('node-a', { taints: [other] });
    await cluster.taintsBecome('node-a', [otherText, shutdown]);
    await cluster.setReady('node-a', 'True');
    await cluster.taintsBecome('node-a', [otherText]);
    expect(await cluster.taints('node-a')).toEqual([otherText]);
  });

  // @see docs/reference/contract.md#case-70
  it('the only taint of a Ready Node goes too, at the start', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a', { ready: 'True', taints: [shutdownTaint] });
    await cluster.patchNode('node-a', { spec: { taints: [shutdownTaint] } });
    await cluster.startController({ instances: provider.instances });
    await until('no taint is left', async () => {
      return (await cluster.node('node-a')).spec?.taints === undefined;
    });
  });

  // @see docs/reference/contract.md#case-71
  it('the taint stays while the Node is not Ready, though its server runs again', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-shutdown', returns(true), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    await cluster.createNode('node-a');
    await cluster.taintsBecome('node-a', [shutdown]);
    provider.answerAsUsual('instance-shutdown');
    await rounds(provider);
    expect(await cluster.taints('node-a')).toEqual([shutdown]);
  });

  // @see docs/reference/contract.md#case-72
  it('a Ready Node gets no taint though the cloud says that its server is stopped', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-shutdown', returns(true), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    await cluster.createNode('node-a', { ready: 'True' });
    await rounds(provider);
    expect(await cluster.taints('node-a')).toEqual([]);
  });

  it.each([
    // @see docs/reference/contract.md#case-73
    ['any error', new Error('no answer')],
    // @see docs/reference/contract.md#case-75
    ['not implemented', new NotImplementedError()],
  ])('where shutdown fails (%s), the Node is kept without a taint', async (_text, error) => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-shutdown', throws(error), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    const node = await cluster.createNode('node-a');
    await rounds(provider);
    expect(await cluster.taints('node-a')).toEqual([]);
    expect(await cluster.events(node)).toEqual([]);
    expect(provider.operations({ node: 'node-a' })).toContain('instance-shutdown');
  });

  // @see docs/reference/contract.md#case-74
  it('an older cloud that does not implement shutdown gives no taint and no error', async () => {
    const provider = new FakeCloudProvider({ instances: 'v1' });
    const target = { providerID: 'fake://node-a' };
    provider.answer('instance-shutdown-by-provider-id', throws(new NotImplementedError()), target);
    const lines: string[] = [];
    const log = recordingLog(lines);
    await cluster.startController({ instances: provider.instances, log });
    await cluster.createNode('node-a', target);
    await rounds(provider);
    expect(await cluster.taints('node-a')).toEqual([]);
    expect(provider.calls(target).length).toBeGreaterThan(0);
    expect(lines).toEqual([]);
  });

  // @see docs/reference/contract.md#case-76
  it('a server that is absent and stopped is absent: the Node is deleted', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-exists', returns(false), { node: 'node-a' });
    provider.answer('instance-shutdown', returns(true), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    await cluster.createNode('node-a');
    await cluster.nodeGone('node-a');
    expect(provider.operations({ node: 'node-a' })).not.toContain('instance-shutdown');
  });

  // @see docs/reference/contract.md#case-77
  it('an older cloud that knows no instance id for a Node without provider id: it is deleted', async () => {
    const provider = new FakeCloudProvider({ instances: 'v1' });
    provider.answer('instance-id', throws(new InstanceNotFoundError()), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    const node = await cluster.createNode('node-a');
    await cluster.nodeGone('node-a');
    await cluster.event(node, 'DeletingNode');
  });

  it.each([
    // @see docs/reference/contract.md#case-78
    ['any error', new Error('no answer')],
    // @see docs/reference/contract.md#case-81
    [
      'not found inside another error',
      new Error('lookup failed', { cause: new InstanceNotFoundError() }),
    ],
  ])(
    'an older cloud that fails to give the instance id (%s): the Node is kept, without taint',
    async (_text, error) => {
      const provider = new FakeCloudProvider({ instances: 'v1' });
      provider.answer('instance-id', throws(error), { node: 'node-a' });
      provider.answer('instance-shutdown-by-provider-id', returns(true), {
        providerID: 'fake://node-a',
      });
      await cluster.startController({ instances: provider.instances });
      const node = await cluster.createNode('node-a');
      await rounds(provider);
      expect(await cluster.nodeNames()).toContain('node-a');
      expect(await cluster.taints('node-a')).toEqual([]);
      expect(await cluster.events(node)).toEqual([]);
      expect(provider.calls({ node: 'node-a' }).length).toBeGreaterThan(0);
    },
  );

  // @see docs/reference/contract.md#case-79
  it('an older cloud gives the id of a Node without provider id: tainted, and still without', async () => {
    const provider = new FakeCloudProvider({ instances: 'v1' });
    provider.answer('instance-shutdown-by-provider-id', returns(true), {
      providerID: 'fake://node-a',
    });
    await cluster.startController({ instances: provider.instances });
    await cluster.createNode('node-a');
    await cluster.taintsBecome('node-a', [shutdown]);
    expect((await cluster.node('node-a')).spec?.providerID).toBeUndefined();
  });

  // @see docs/reference/contract.md#case-80
  it('exists that throws InstanceNotFound is an error: the Node is kept', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-exists', throws(new InstanceNotFoundError()), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    const node = await cluster.createNode('node-a');
    await rounds(provider);
    expect(await cluster.nodeNames()).toContain('node-a');
    expect(await cluster.events(node)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-82
  // @see docs/reference/contract.md#case-86
  it('a refused deletion is told by events and tried again in the next round', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-exists', returns(false), { node: 'node-a' });
    let isAllowed = false;
    await cluster.startController({
      instances: provider.instances,
      nodes: (client) => ({
        get: (...args) => client.nodes.get(...args),
        list: (...args) => client.nodes.list(...args),
        patch: (...args) => client.nodes.patch(...args),
        delete: (...args) => (isAllowed ? client : cluster.stranger).nodes.delete(...args),
      }),
    });
    const node = await cluster.createNode('node-a');
    const failed = await cluster.event(node, 'DeletingNodeFailed', 2);
    isAllowed = true;
    await cluster.nodeGone('node-a');
    const deleting = await cluster.event(node, 'DeletingNode');
    expect(failed.type).toBe('Warning');
    expect(failed.message).toMatch(/^Failed deleting node node-a: .*forbidden/);
    for (const event of [deleting, failed]) {
      expect(event.metadata.namespace).toBe('default');
      expect(event.source).toEqual({ component: 'cloud-node-lifecycle-controller' });
      expect(event.involvedObject).toMatchObject({
        apiVersion: 'v1',
        kind: 'Node',
        name: 'node-a',
        uid: node.metadata?.uid,
      });
    }
    // The name ends in the time of the first occurrence, in digits of one length.
    expect(deleting.metadata.name ?? '').toMatch(/^node-a\./);
    expect((deleting.metadata.name ?? '') < (failed.metadata.name ?? '')).toBe(true);
  });

  // @see docs/reference/contract.md#case-83
  it('a Node that was never initialized is deleted too', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-exists', returns(false), { node: 'node-a' });
    const taints = [
      {
        key: 'node.cloudprovider.kubernetes.io/uninitialized',
        value: 'true',
        effect: 'NoSchedule',
      },
    ];
    await cluster.createNode('node-a', { taints });
    await cluster.startController({ instances: provider.instances });
    await cluster.nodeGone('node-a');
  });

  // @see docs/reference/contract.md#case-84
  it('a Node whose server is stopped stays, however long', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-shutdown', returns(true), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    const node = await cluster.createNode('node-a');
    await cluster.taintsBecome('node-a', [shutdown]);
    for (let repeat = 0; repeat < 5; repeat += 1) await rounds(provider);
    expect(await cluster.nodeNames()).toContain('node-a');
    expect(await cluster.events(node)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-85
  it('a taint of the same key with another effect is another taint', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('instance-shutdown', returns(true), { node: 'node-a' });
    await cluster.startController({ instances: provider.instances });
    const { key } = shutdownTaint;
    await cluster.createNode('node-a', { taints: [{ key, effect: 'NoExecute' }] });
    await cluster.taintsBecome('node-a', [`${key}:NoExecute`, shutdown]);
    await cluster.setReady('node-a', 'True');
    await cluster.taintsBecome('node-a', [`${key}:NoExecute`]);
  });
});

function recordingLog(
  lines: string[],
): NonNullable<Parameters<TestCluster['startController']>[0]['log']> {
  const log = {
    error: (message: string) => void lines.push(message),
    warn: (message: string) => void lines.push(message),
    info: () => undefined,
    debug: () => undefined,
    child: () => log,
  };
  return log;
}

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, Node } from '@k8s-ccm/cloud-provider';
import { until } from '@k8s-ccm/contract-testing';
import {
  MetricsRegistry,
  SharedInformer,
  systemClock,
  systemRandom,
} from '@k8s-ccm/controller-runtime';
import { cloudNodeLifecycleController } from '@k8s-ccm/node-lifecycle-controller';
import { MemoryCloud } from './memory-cloud.ts';
import { TestCluster } from './test-cluster.ts';

const shutdown = 'node.cloudprovider.kubernetes.io/shutdown:NoSchedule';

/** A cloud that keeps its servers by the Nodes' UIDs, on the machine's clock. */
function cloudOf(...nodes: readonly Node[]): MemoryCloud {
  const cloud = new MemoryCloud(systemClock);
  for (const { metadata } of nodes) cloud.servers.set(metadata?.uid ?? '', 'running');
  return cloud;
}

describe('a deletion with proof, on a real API server', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  it('takes the Node whose server is gone after two rounds, and spares the others', async () => {
    const ready = await cluster.createNode('ready', { ready: 'True' });
    const running = await cluster.createNode('running');
    const lost = await cluster.createNode('lost');
    const cloud = cloudOf(ready, running);
    await cluster.startController({ instances: cloud, proof: 'strict' });
    await cluster.nodeGone('lost');
    expect(await cluster.nodeNames()).toEqual(['ready', 'running']);
    expect(cloud.surveys.length).toBeGreaterThanOrEqual(2);
    expect((await cluster.event(lost, 'DeletingNode')).message).toBe(
      'Deleting node lost because it does not exist in the cloud provider',
    );
    expect(await cluster.reasons(lost)).toEqual(['DeletingNode']);
  });

  it('tells why it is blocked by one event with the Node, however many rounds there are', async () => {
    const node = await cluster.createNode('lost');
    await cluster.createNode('ready', { ready: 'True' });
    const cloud = cloudOf();
    await cluster.startController({ instances: cloud, proof: 'strict' });
    const event = await cluster.event(node, 'NodeDeletionBlocked');
    const before = cloud.surveys.length;
    await until('there are more rounds', () => cloud.surveys.length > before + 5);
    expect(await cluster.nodeNames()).toContain('lost');
    expect(event).toMatchObject({
      type: 'Warning',
      count: 1,
      metadata: { namespace: 'default' },
      source: { component: 'cloud-node-lifecycle-controller' },
      involvedObject: { apiVersion: 'v1', kind: 'Node', name: 'lost', uid: node.metadata?.uid },
    });
    expect(await cluster.reasons(node)).toEqual(['NodeDeletionBlocked']);
  });

  it('spares a Node that was created again under the name while the DELETE was on its way', async () => {
    const ready = await cluster.createNode('ready', { ready: 'True' });
    const old = await cluster.createNode('node-a');
    const cloud = cloudOf(ready);
    const refusals: unknown[] = [];
    let successor: Node | undefined;
    await cluster.startController({
      instances: cloud,
      proof: 'strict',
      nodes: ({ nodes }) => ({
        get: (...args) => nodes.get(...args),
        list: (...args) => nodes.list(...args),
        patch: (...args) => nodes.patch(...args),
        delete: async (ref, options) => {
          await cluster.deleteNode('node-a');
          successor = await cluster.createNode('node-a');
          cloud.servers.set(successor.metadata?.uid ?? '', 'running');
          await nodes.delete(ref, options).catch((error: unknown) => {
            refusals.push(error);
            throw error;
          });
        },
      }),
    });
    await until('the DELETE is refused', () => refusals.length > 0);
    const before = cloud.surveys.length;
    await until('there are more rounds', () => cloud.surveys.length > before + 5);
    expect((await cluster.node('node-a')).metadata?.uid).toBe(successor?.metadata?.uid);
    expect(refusals).toMatchObject([{ status: 409 }]);
    await cluster.event(old, 'DeletingNode');
    expect(await cluster.reasons(old)).toEqual(['DeletingNode']);
  });

  it('is asked for once where finalizers hold the Node', async () => {
    const ready = await cluster.createNode('ready', { ready: 'True' });
    const node = await cluster.createNode('node-a', { finalizers: ['example.com/hold'] });
    const cloud = cloudOf(ready);
    await cluster.startController({ instances: cloud, proof: 'strict' });
    await until('the Node is being deleted', async () => {
      return (await cluster.node('node-a')).metadata?.deletionTimestamp;
    });
    const before = cloud.surveys.length;
    await until('there are more rounds', () => cloud.surveys.length > before + 5);
    const event = await cluster.event(node, 'DeletingNode');
    expect(event.count).toBe(1);
  });

  it('taints in spite of others who change the Node at the same time', async () => {
    const node = await cluster.createNode('node-a');
    const cloud = cloudOf();
    cloud.servers.set(node.metadata?.uid ?? '', 'stopped');
    let gets = 0;
    await cluster.startController({
      instances: cloud,
      proof: 'strict',
      nodes: ({ nodes }) => ({
        get: async (...args) => {
          const current = await nodes.get(...args);
          gets += 1;
          const taints = [
            ...(current.spec?.taints ?? []),
            { key: `x${gets}`, effect: 'NoSchedule' },
          ];
          if (gets <= 2) await cluster.patchNode('node-a', { spec: { taints } });
          return current;
        },
        list: (...args) => nodes.list(...args),
        patch: (...args) => nodes.patch(...args),
        delete: (...args) => nodes.delete(...args),
      }),
    });
    await cluster.taintsBecome('node-a', ['x1:NoSchedule', 'x2:NoSchedule', shutdown]);
    // Two writers were in the way; a later round may have looked once more.
    expect(gets).toBeGreaterThanOrEqual(3);
  });
});

describe('the descriptor', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterAll(() => cluster.stop());

  function start(provider: CloudProvider, budget = '10%') {
    const stopping = new AbortController();
    const real = { clock: systemClock, random: systemRandom, log: silentLogger };
    const nodes = new SharedInformer({ name: 'nodes', client: cluster.client.nodes, ...real });
    const components: string[] = [];
    const started = cloudNodeLifecycleController.start({
      provider,
      flags: {
        'node-monitor-period': 20,
        'node-deletion-proof': 'none',
        'node-deletion-grace': 0,
        'node-deletion-budget': budget,
      },
      client: cluster.client,
      informers: { nodes },
      recorder: (component) => {
        components.push(component);
        return { event: () => undefined };
      },
      metrics: new MetricsRegistry(),
      signal: stopping.signal,
      ...real,
    });
    return { started, stopping, nodes, components };
  }

  it("carries upstream's names", () => {
    expect(cloudNodeLifecycleController).toMatchObject({
      name: 'cloud-node-lifecycle-controller',
      aliases: ['cloud-node-lifecycle'],
      identity: 'node-controller',
    });
  });

  it('skips a provider without instances, with the reason', () => {
    expect(start({ name: 'none' }).started).toEqual({
      kind: 'skipped',
      reason: 'cloud provider does not support instances',
    });
  });

  it('refuses a budget that is none', () => {
    const provider = { name: 'memory', instances: cloudOf() };
    expect(() => start(provider, '0')).toThrow('invalid node deletion budget "0"');
  });

  it('works until its signal aborts', async () => {
    await cluster.createNode('lost');
    const { started, stopping, nodes, components } = start({
      name: 'memory',
      instances: cloudOf(),
    });
    const informing = nodes.run(stopping.signal);
    await cluster.nodeGone('lost');
    stopping.abort();
    await informing;
    expect(started.kind === 'running' && (await started.done)).toBeUndefined();
    expect(components).toEqual(['cloud-node-lifecycle-controller']);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { startCluster } from './cluster-access.ts';
import { ContractCluster } from './contract-cluster.ts';
import { ContractController } from './contract-controller.ts';

/** Does nothing but say of Nodes what a test tells it to, and takes its time to end. */
class Reporter extends ContractController {
  state: 'new' | 'running' | 'ended' = 'new';
  protected readonly controller = {
    run: async (signal: AbortSignal) => {
      this.state = 'running';
      const aborted = Promise.withResolvers<unknown>();
      signal.addEventListener('abort', aborted.resolve);
      await aborted.promise;
      await systemClock.sleep(50);
      this.state = 'ended';
    },
  };
  readonly #recorder = this.events.recorder('reporter');

  report(node: Node, ...reasons: readonly string[]): void {
    for (const reason of reasons) this.#recorder.event(node, 'Normal', reason, 'so it is');
  }

  cached(name: string): Node | undefined {
    return this.nodes.store.get(name);
  }
}

class TestCluster extends ContractCluster {
  static async start(): Promise<TestCluster> {
    return new TestCluster(await startCluster());
  }

  startReporter(): Promise<Reporter> {
    return this.started(new Reporter(this.client));
  }

  createNode(name: string, finalizers: readonly string[] = []): Promise<Node> {
    return this.client.nodes.create({ metadata: { name, finalizers } });
  }
}

describe('ContractCluster', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  it('gives the events of one object, oldest first', async () => {
    const reporter = await cluster.startReporter();
    const [node, other] = [await cluster.createNode('node-a'), await cluster.createNode('node-b')];
    const reasons = Array.from({ length: 8 }, (_, index) => `Reason${index}`);
    reporter.report(other, 'Other');
    reporter.report(node, ...reasons);
    await Promise.all(reasons.map((reason) => cluster.event(node, reason)));
    expect(await cluster.reasons(node)).toEqual(reasons);
  });

  it('waits until an event was recorded often enough', async () => {
    const reporter = await cluster.startReporter();
    const node = await cluster.createNode('node-a');
    reporter.report(node, 'Again');
    expect((await cluster.event(node, 'Again')).count ?? 1).toBe(1);
    const twice = cluster.event(node, 'Again', 2);
    reporter.report(node, 'Again');
    expect((await twice).count).toBe(2);
  });

  it('waits until the cache of a controller holds a change, and until it has lost a node', async () => {
    const reporter = await cluster.startReporter();
    await cluster.createNode('node-a');
    const changed = await cluster.patchNode('node-a', { metadata: { labels: { changed: 'yes' } } });
    await reporter.sawNode(changed);
    expect(reporter.cached('node-a')?.metadata?.labels).toMatchObject({ changed: 'yes' });
    const cachedAfter = async (seen: Promise<void>) => {
      await seen;
      return reporter.cached('node-a');
    };
    const cached = cachedAfter(reporter.sawNodeGo('node-a'));
    await cluster.deleteNode('node-a');
    expect(await cached).toBeUndefined();
  });

  it('stops the controllers and removes the nodes, whatever holds them', async () => {
    const reporter = await cluster.startReporter();
    await cluster.createNode('node-a');
    await cluster.createNode('node-b', ['test/held']);
    await cluster.createNode('node-c', ['test/held']);
    await cluster.deleteNode('node-c');
    expect(reporter.state).toBe('running');
    await cluster.reset();
    expect(reporter.state).toBe('ended');
    expect((await cluster.client.nodes.list()).items).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { unreachableClient } from '@k8s-ccm/contract-testing';
import { MetricsRegistry, SharedInformer, seededRandom } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { cloudNodeController } from './cloud-node-controller.ts';

/** Starts the controller and, where it runs, stops it at once. */
async function started(provider: FakeCloudProvider, periodMs = 300_000) {
  const stopping = new AbortController();
  const clock = new FakeClock();
  const random = seededRandom(1);
  const log = silentLogger;
  await using client = unreachableClient({ clock, random, log });
  const components: string[] = [];
  const start = cloudNodeController.start({
    provider,
    flags: {
      'concurrent-node-syncs': 100,
      'concurrent-node-status-updates': 0,
      'node-status-update-frequency': periodMs,
    },
    client,
    informers: {
      nodes: new SharedInformer({ name: 'nodes', client: client.nodes, clock, random, log }),
    },
    recorder: (component) => {
      components.push(component);
      return { event: () => undefined };
    },
    metrics: new MetricsRegistry(),
    clock,
    random,
    log,
    signal: stopping.signal,
  });
  stopping.abort();
  if (start.kind === 'running') await start.done;
  return { start, components };
}

describe('cloudNodeController', () => {
  it("has upstream's names", () => {
    const { name, aliases, identity } = cloudNodeController;
    expect([name, aliases, identity]).toEqual([
      'cloud-node-controller',
      ['cloud-node'],
      'node-controller',
    ]);
  });

  it('runs until it is stopped, also before the nodes are known', async () => {
    const { start, components } = await started(new FakeCloudProvider());
    expect(start.kind).toBe('running');
    expect(components).toEqual(['cloud-node-controller']);
  });

  it('is skipped for a cloud without instances', async () => {
    const { start } = await started(new FakeCloudProvider({ instances: 'none' }));
    expect(start).toEqual({
      kind: 'skipped',
      reason: 'cloud provider does not support instances',
    });
  });

  it('refuses a period that would never end a loop', async () => {
    await expect(started(new FakeCloudProvider(), 0)).rejects.toThrow(RangeError);
  });
});

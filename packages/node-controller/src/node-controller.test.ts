import { describe, expect, it } from '@jest/globals';
import { InstanceUnresolvableError, silentLogger } from '@k8s-ccm/cloud-provider';
import type { InstanceMetadata, Node, ProviderChange } from '@k8s-ccm/cloud-provider';
import { MetricsRegistry, seededRandom } from '@k8s-ccm/controller-runtime';
import { FakeClock, FakeInformer } from '@k8s-ccm/controller-runtime/testing';
import { NodeController } from './node-controller.ts';

const taint = { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' };
const olderZone = 'failure-domain.beta.kubernetes.io/zone';

const tainted = (resourceVersion: string): Node => ({
  kind: 'Node',
  metadata: { name: 'n', uid: 'u', resourceVersion },
  spec: { taints: [taint] },
});
const labelled = (resourceVersion: string): Node => ({
  kind: 'Node',
  metadata: { name: 'n', uid: 'u', resourceVersion, labels: { [olderZone]: 'z' } },
});

interface Cloud {
  readonly metadata: () => Promise<InstanceMetadata | undefined>;
}

/** A controller whose writes make versions 10, 20, … of the Node; ends with the returned `stop`. */
function running({ metadata }: Cloud) {
  const clock = new FakeClock();
  const informer = new FakeInformer<Node>();
  const stopping = new AbortController();
  const asks: number[] = [];
  const patches: object[] = [];
  const events: string[] = [];
  let tellChange: ((change: ProviderChange) => void) | undefined;
  let isBusy: (() => boolean) | undefined;
  const controller = new NodeController({
    instances: {
      exists: async () => true,
      isShutdown: async () => false,
      metadata: async () => {
        asks.push(clock.monotonic());
        return metadata();
      },
    },
    nodes: {
      get: async () => tainted('9'),
      list: async () => ({ items: [tainted('9')], resourceVersion: '9' }),
      patch: async (_ref, patch) => {
        patches.push(patch);
        const resourceVersion = `${patches.length * 10}`;
        return { kind: 'Node', metadata: { name: 'n', uid: 'u', resourceVersion } };
      },
    },
    nodeInformer: informer,
    recorder: { event: (_object, _type, reason) => events.push(reason) },
    holdEventsWhile: (busy) => (isBusy = busy),
    onProviderChange: (listener) => (tellChange = listener),
    concurrency: 1,
    statusConcurrency: 0,
    statusPeriodMs: 300_000,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    metrics: new MetricsRegistry(),
  });
  const done = controller.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  const change = (what: ProviderChange) => tellChange?.(what);
  return { clock, informer, asks, patches, events, stop, change, isBusy: () => isBusy?.() };
}

describe('NodeController', () => {
  it('tells at once that only help can lead the node to its server', async () => {
    const { clock, informer, events, stop } = running({
      metadata: async () => {
        throw new InstanceUnresolvableError('i-1 and i-2 have its name');
      },
    });
    informer.show(tainted('1'));
    await clock.settle();
    expect(events).toEqual(['UninitializedNode']);
    await stop();
  });

  it('lets events wait while it initializes a node, however that ends', async () => {
    const answer = Promise.withResolvers<InstanceMetadata>();
    const { clock, informer, stop, isBusy } = running({ metadata: () => answer.promise });
    expect(isBusy()).toBe(false);
    informer.show(tainted('1'));
    await clock.settle();
    expect(isBusy()).toBe(true);
    answer.reject(new Error('the cloud is down'));
    await clock.settle();
    expect(isBusy()).toBe(false);
    await stop();
  });

  it('does not initialize a node again while the cache has not seen that it is', async () => {
    const { clock, informer, asks, patches, events, stop } = running({
      metadata: async () => ({ providerID: 'fake://1' }),
    });
    informer.show(tainted('1'));
    await clock.settle();
    expect([asks.length, patches.length]).toEqual([1, 1]);
    informer.show(tainted('2'));
    await clock.settle();
    expect([asks.length, patches.length, events]).toEqual([1, 1, ['Synced']]);
    // Somebody put the taint back: that is newer than what was written.
    informer.show(tainted('11'));
    await clock.settle();
    expect([asks.length, patches.length, events]).toEqual([2, 2, ['Synced', 'Synced']]);
    await stop();
  });

  it('initializes a new node of the same name whatever was written to the old one', async () => {
    const { clock, informer, asks, stop } = running({
      metadata: async () => ({ providerID: 'fake://1' }),
    });
    informer.show(tainted('1'));
    await clock.settle();
    informer.lose(tainted('1'));
    informer.show(tainted('2'));
    await clock.settle();
    expect(asks).toHaveLength(2);
    await stop();
  });

  it('does not write labels again while the cache has not seen them', async () => {
    const { clock, informer, patches, stop } = running({ metadata: async () => undefined });
    informer.show(labelled('1'));
    await clock.settle();
    informer.show(labelled('2'));
    await clock.settle();
    expect(patches).toHaveLength(1);
    informer.show(labelled('11'));
    await clock.settle();
    expect(patches).toHaveLength(2);
    await stop();
  });

  it('goes on with a node after a restore of etcd to an older state', async () => {
    const { clock, informer, asks, stop } = running({
      metadata: async () => ({ providerID: 'fake://1' }),
    });
    informer.show(tainted('5'));
    await clock.settle();
    expect(asks).toHaveLength(1);
    // The watch never showed version 10, and the cluster starts again from version 5.
    informer.relist([tainted('5')], '6');
    informer.show(tainted('7'));
    await clock.settle();
    await clock.advance(10_000);
    expect(asks.length).toBeGreaterThan(1);
    await stop();
  });

  it('asks nothing on the events of a node that has nothing to do', async () => {
    const { clock, informer, asks, patches, stop } = running({ metadata: async () => undefined });
    // The first address refresh is over: the node comes after it.
    await clock.settle();
    informer.show({ kind: 'Node', metadata: { name: 'n', uid: 'u', resourceVersion: '1' } });
    await clock.settle();
    expect([asks, patches]).toEqual([[], []]);
    await stop();
  });

  it.each<[string, (informer: FakeInformer<Node>, initialize: () => void) => void]>([
    ['it has initialized, as soon as it has', (_informer, initialize) => initialize()],
    [
      'somebody else has initialized',
      (informer) => {
        informer.show({ kind: 'Node', metadata: { name: 'n', uid: 'u', resourceVersion: '5' } });
      },
    ],
  ])('gives no warning about a node that %s', async (_what, settle) => {
    const answer = Promise.withResolvers<InstanceMetadata>();
    const { clock, informer, events, stop } = running({ metadata: () => answer.promise });
    informer.show(tainted('1'));
    await clock.advance(59_000);
    settle(informer, () => answer.resolve({ providerID: 'fake://1' }));
    await clock.advance(2_000);
    expect(events).not.toContain('UninitializedNode');
    answer.resolve({});
    await stop();
  });

  it.each<ProviderChange>(['configuration', 'credentials'])(
    'tries a node that waits again at once when the provider has other %s',
    async (what) => {
      let fails = true;
      const { clock, informer, events, stop, change } = running({
        metadata: async () => {
          if (fails) throw new Error('401');
          return { providerID: 'fake://1' };
        },
      });
      informer.show(tainted('1'));
      await clock.advance(60_000);
      fails = false;
      change(what);
      await clock.settle();
      expect(events).toContain('Synced');
      await stop();
    },
  );

  it('asks again for a node that was left alone when the provider has another configuration', async () => {
    const { clock, informer, asks, stop, change } = running({ metadata: async () => undefined });
    informer.show(tainted('1'));
    await clock.settle();
    change('credentials');
    await clock.settle();
    expect(asks).toHaveLength(1);
    change('configuration');
    await clock.settle();
    expect(asks).toHaveLength(2);
    await stop();
  });

  it('leaves no timer behind when it stops', async () => {
    const { clock, informer, stop } = running({
      metadata: async () => {
        throw new Error('boom');
      },
    });
    informer.show(tainted('1'));
    await clock.settle();
    expect(clock.timers).toEqual([5, 60_000, 300_000]);
    await stop();
    expect(clock.timers).toEqual([]);
  });
});

import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { LoadBalancer, Node, ProviderChange } from '@k8s-ccm/cloud-provider';
import { FakeClock, FakeInformer } from '@k8s-ccm/controller-runtime/testing';
import { expect, it } from '@jest/globals';
import { ServiceController } from '@k8s-ccm/service-controller';
import { MemoryServices } from './memory-services.ts';

/** A controller of one Service whose provider wants to be called again after ten minutes each time. */
async function start() {
  const clock = new FakeClock();
  const services = new MemoryServices();
  const nodes = new FakeInformer<Node>();
  nodes.relist([], '0');
  const calls: string[] = [];
  const listeners: ((change: ProviderChange) => void)[] = [];
  const loadBalancer: LoadBalancer = {
    getName: () => '',
    get: async () => undefined,
    ensure: async (_, { requeueAfter }) => {
      calls.push('ensure');
      requeueAfter?.(600_000);
      return { ingress: [{ ip: '10.0.0.1' }] };
    },
    update: async () => void calls.push('update'),
    ensureDeleted: async () => undefined,
  };
  const controller = new ServiceController({
    loadBalancer,
    services: services.client,
    serviceInformer: services.informer,
    nodeInformer: nodes,
    recorder: { event: () => undefined },
    onProviderChange: (listener) => listeners.push(listener),
    clusterName: 'east',
    concurrency: 1,
    clock,
    log: silentLogger,
  });
  const stopping = new AbortController();
  const done = controller.run(stopping.signal);
  const settle = async (ms = 100): Promise<void> => {
    await clock.advance(ms);
    services.deliver();
    await clock.advance(1);
  };
  services.put('web', { type: 'LoadBalancer' }, {});
  await settle();
  await settle();
  return {
    nodes,
    calls,
    settle,
    change: (what: ProviderChange) => {
      for (const listener of listeners) listener(what);
    },
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

it('updates the hosts alone when nodes change before the time at which the provider wants to be called again', async () => {
  const { nodes, calls, settle, stop } = await start();
  for (const version of ['1', '2']) {
    nodes.show({
      metadata: { name: `node-${version}`, uid: version, resourceVersion: version },
      spec: { providerID: `fake://${version}` },
    });
    await settle();
  }
  expect(calls).toEqual(['ensure', 'update', 'update']);
  await settle(600_000);
  expect(calls).toEqual(['ensure', 'update', 'update', 'ensure']);
  await stop();
});

it.each<ProviderChange>(['credentials', 'configuration'])(
  'calls a provider that waits at once when it has other %s, and again at the time that it then asks for',
  async (what) => {
    const { calls, settle, change, stop } = await start();
    change(what);
    await settle();
    expect(calls).toEqual(['ensure', 'ensure']);
    await settle(599_000);
    expect(calls).toEqual(['ensure', 'ensure']);
    await settle(1_000);
    expect(calls).toEqual(['ensure', 'ensure', 'ensure']);
    await stop();
  },
);

import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { LoadBalancer, Node } from '@k8s-ccm/cloud-provider';
import { FakeClock, FakeInformer } from '@k8s-ccm/controller-runtime/testing';
import { expect, it } from '@jest/globals';
import { ServiceController } from '@k8s-ccm/service-controller';
import { MemoryServices } from './memory-services.ts';

it('updates the hosts alone when nodes change before the time at which the provider wants to be called again', async () => {
  const clock = new FakeClock();
  const services = new MemoryServices();
  const nodes = new FakeInformer<Node>();
  nodes.relist([], '0');
  const calls: string[] = [];
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
  stopping.abort();
  await done;
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, inTurn, throws } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { TestCluster, hasFinalizer } from './test-cluster.ts';

const other = { 'example.com/load-balancer': 'another-implementation' };
const theirs = { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] };
const ours = { ingress: [{ ip: '203.0.113.1', ipMode: 'VIP' }] };
const ofVersion01 = { finalizers: [LoadBalancerCleanupFinalizer], annotations: other };

function isClaimed({ metadata }: Service): boolean {
  return metadata?.annotations?.['example.com/load-balancer'] === undefined;
}

/** A provider that claims every Service but those with the annotation of the other implementation. */
function claiming(): FakeCloudProvider {
  return new FakeCloudProvider({ claims: isClaimed });
}

describe('service: Services that the provider does not claim', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  it('writes nothing to a Service that is not claimed, neither at a start nor when a node comes', async () => {
    const provider = claiming();
    await cluster.createService('web', {}, { annotations: other });
    const service = await cluster.patchServiceStatus('web', theirs);
    for (const start of ['first', 'second']) {
      const controller = await cluster.startController({ provider });
      await controller.settled();
      await cluster.createNode(`node-${start}`);
      await controller.settled();
      await cluster.patchService('web', { metadata: { labels: { start } } });
      await controller.settled();
      await controller.stop();
    }
    const { metadata, ...rest } = await cluster.service('web');
    expect([metadata?.finalizers, rest]).toEqual([undefined, { ...rest, status: service.status }]);
    expect(await cluster.events(service)).toEqual([]);
    expect(provider.calls({ service: 'default/web' })).toEqual([]);
  });

  it('takes the finalizer of version 0.1 off a foreign Service, keeps its status, and then writes nothing more', async () => {
    const provider = claiming();
    const service = await cluster.createService('web', {}, ofVersion01);
    await cluster.patchServiceStatus('web', theirs);
    const upgraded = await cluster.startController({ provider });
    await until('the finalizer is gone', async () => !hasFinalizer(await cluster.service('web')));
    await upgraded.settled();
    await upgraded.stop();
    const after = await cluster.service('web');
    expect(after.status?.loadBalancer).toEqual(theirs);
    expect(provider.operations({ service: 'default/web' })).toEqual(['get']);

    const restarted = await cluster.startController({ provider });
    await restarted.settled();
    expect(await cluster.service('web')).toEqual(after);
    expect(await cluster.events(service)).toEqual([]);
  });

  it('keeps the finalizer of version 0.1, without an event, until the cloud can tell whose the Service is', async () => {
    const provider = claiming();
    const clock = new FakeClock();
    provider.answer('get', inTurn(throws(new Error('the cloud is down'))), {
      service: 'default/web',
    });
    const service = await cluster.createService('web', {}, ofVersion01);
    await cluster.patchServiceStatus('web', theirs);
    const controller = await cluster.startController({ provider, clock });
    await controller.called('get', 'web');
    await controller.settled();
    expect(hasFinalizer(await cluster.service('web'))).toBe(true);
    await clock.advance(5_000);
    await until('the finalizer is gone', async () => !hasFinalizer(await cluster.service('web')));
    expect((await cluster.service('web')).status?.loadBalancer).toEqual(theirs);
    expect(await cluster.events(service)).toEqual([]);
  });

  it('lets a foreign Service with the finalizer of version 0.1 go when it is deleted', async () => {
    const provider = claiming();
    const service = await cluster.createService('web', {}, ofVersion01);
    await cluster.deleteService('web');
    const controller = await cluster.startController({ provider });
    await cluster.serviceGone('web');
    await controller.settled();
    expect(provider.operations({ service: 'default/web' })).toEqual(['get']);
    expect(await cluster.events(service)).toEqual([]);
  });

  it.each(['at once', 'after a restart'])(
    'removes load balancer, status and finalizer of a Service that is no longer claimed, %s',
    async (when) => {
      const provider = claiming();
      const first = await cluster.startController({ provider });
      const service = await cluster.createService('web');
      await first.settled();
      expect((await cluster.service('web')).status?.loadBalancer).toEqual(ours);
      if (when === 'after a restart') await first.stop();
      await cluster.patchService('web', { metadata: { annotations: other } });
      if (when === 'after a restart') await cluster.startController({ provider });
      await cluster.event(service, 'DeletedLoadBalancer');
      const after = await cluster.service('web');
      expect([after.status?.loadBalancer, hasFinalizer(after)]).toEqual([{}, false]);
      expect(provider.loadBalancers.has(service.metadata?.uid ?? '')).toBe(false);
    },
  );

  it('removes what is ours of a Service that is no longer claimed, and keeps the status of another implementation', async () => {
    const provider = claiming();
    const first = await cluster.startController({ provider });
    const service = await cluster.createService('web');
    await first.settled();
    await first.stop();
    await cluster.patchService('web', { metadata: { annotations: other } });
    await cluster.patchServiceStatus('web', theirs);
    await cluster.startController({ provider });
    await cluster.event(service, 'DeletedLoadBalancer');
    const after = await cluster.service('web');
    expect([after.status?.loadBalancer, hasFinalizer(after)]).toEqual([theirs, false]);
    expect(provider.loadBalancers.size).toBe(0);
  });

  it('gives a Service its load balancer as soon as it is claimed', async () => {
    const provider = claiming();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', {}, { annotations: other });
    await controller.settled();
    const annotations = { 'example.com/load-balancer': null };
    await cluster.patchService('web', { metadata: { annotations } });
    await controller.called('create', 'web');
    await controller.settled();
    const after = await cluster.service('web');
    expect([after.status?.loadBalancer?.ingress?.length, hasFinalizer(after)]).toEqual([1, true]);
  });

  it('writes neither finalizer nor status to a Service that another implementation takes over meanwhile', async () => {
    const provider = claiming();
    provider.answer(
      'create',
      async (_call, usual) => {
        const status = usual();
        await cluster.patchService('web', { metadata: { annotations: other } });
        await cluster.patchServiceStatus('web', theirs);
        return status;
      },
      { service: 'default/web' },
    );
    await cluster.startController({ provider });
    const service = await cluster.createService('web');
    await cluster.event(service, 'DeletedLoadBalancer');
    const after = await cluster.service('web');
    expect([after.status?.loadBalancer, hasFinalizer(after)]).toEqual([theirs, false]);
  });
});

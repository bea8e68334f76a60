import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ImplementedElsewhereError, RetryAfterError } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, Gate, heldBy, inTurn, throws } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { RunningController } from './running-controller.ts';
import { TestCluster, hasFinalizer } from './test-cluster.ts';

const finalizers = ['service.kubernetes.io/load-balancer-cleanup'];

describe('service: deletion and type change', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  // @see docs/reference/contract.md#case-121
  it('a deleted Service loses its load balancer, then the finalizer, then is gone', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createNode('node-a');
    const service = await cluster.createService('web');
    await controller.settled();
    const finalizerAtDelete: boolean[] = [];
    provider.answer(
      'delete',
      async (_call, usual) => {
        finalizerAtDelete.push(hasFinalizer(await cluster.service('web')));
        usual();
      },
      { service: 'default/web' },
    );
    await cluster.deleteService('web');
    await cluster.serviceGone('web');
    expect(provider.operations({ service: 'default/web' })).toEqual(['create', 'get', 'delete']);
    expect(finalizerAtDelete).toEqual([true]);
    await cluster.event(service, 'DeletedLoadBalancer');
    expect(await cluster.reasons(service)).toEqual([
      'EnsuringLoadBalancer',
      'EnsuredLoadBalancer',
      'DeletingLoadBalancer',
      'DeletedLoadBalancer',
    ]);
  });

  // @see docs/reference/contract.md#case-121
  it('nothing is written to a Service that has gone with its finalizer', async () => {
    const provider = new FakeCloudProvider();
    const written: string[] = [];
    const controller = await cluster.startController({
      provider,
      services: {
        patch: (ref, patch, options) => {
          if (ref.name === 'web') written.push(...Object.keys(patch));
          return cluster.client.services.patch(ref, patch, options);
        },
      },
    });
    await cluster.createService('web');
    await controller.settled();
    await cluster.deleteService('web');
    await controller.settled();
    expect(written).toEqual(['metadata', 'metadata', 'status', 'metadata']);
  });

  // @see docs/reference/contract.md#case-121
  it('the status is cleared where another finalizer keeps the Service', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', {}, { finalizers: ['example.com/other'] });
    await controller.settled();
    await cluster.deleteService('web');
    await controller.settled();
    const after = await cluster.service('web');
    expect(after.metadata?.finalizers).toEqual(['example.com/other']);
    expect(after.status?.loadBalancer).toEqual({});
  });

  // @see docs/reference/contract.md#case-122
  it('where the cloud has none, nothing is deleted and the Service goes', async () => {
    const provider = new FakeCloudProvider();
    await cluster.startController({ provider });
    const service = await cluster.createService('web', { type: 'ClusterIP' }, { finalizers });
    await cluster.deleteService('web');
    await cluster.serviceGone('web');
    expect(provider.operations({ service: 'default/web' })).not.toContain('delete');
    await cluster.event(service, 'DeletedLoadBalancer');
    expect(await cluster.reasons(service)).not.toContain('DeletingLoadBalancer');
  });

  // @see docs/reference/contract.md#case-123
  it('a failed deletion keeps Service and finalizer, says why, and is tried again', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    await controller.settled();
    provider.answer('delete', inTurn(throws(new Error('locked'))), { service: 'default/web' });
    await cluster.deleteService('web');
    const event = await cluster.event(service, 'SyncLoadBalancerFailed');
    expect(event.message).toBe(
      'Error syncing load balancer: failed to delete load balancer: locked',
    );
    expect(hasFinalizer(await cluster.service('web'))).toBe(true);
    await clock.advance(5_000);
    await cluster.serviceGone('web');
  });

  // @see docs/reference/contract.md#case-124
  it('a deletion that keeps failing is tried at least every 60 s', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const informerClock = new FakeClock();
    const controller = await cluster.startController({ provider, clock, informerClock });
    const service = await cluster.createService('web');
    await controller.settled();
    provider.answer('delete', throws(new Error('locked')), { service: 'default/web' });
    await cluster.deleteService('web');
    await cluster.event(service, 'SyncLoadBalancerFailed');
    for (let minute = 1; minute <= 6; minute += 1) {
      const before = controller.ended('delete', 'web');
      await Promise.all([clock.advance(60_000), informerClock.advance(60_000)]);
      await controller.called('delete', 'web', before + 1);
    }
  });

  // @see docs/reference/contract.md#case-125
  it('where the cloud cannot tell, the finalizer stays', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    await controller.settled();
    provider.answer('get', throws(new Error('down')), { service: 'default/web' });
    await cluster.deleteService('web');
    const event = await cluster.event(service, 'SyncLoadBalancerFailed');
    expect(event.message).toContain('failed to check if load balancer exists before cleanup: down');
    expect(hasFinalizer(await cluster.service('web'))).toBe(true);
    expect(provider.operations({ service: 'default/web' })).not.toContain('delete');
  });

  // @see docs/reference/contract.md#case-126
  it('a deletion implemented elsewhere lets the Service go', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web');
    await controller.settled();
    provider.answer('delete', throws(new ImplementedElsewhereError()), { service: 'default/web' });
    await cluster.deleteService('web');
    await cluster.serviceGone('web');
  });

  // @see docs/reference/contract.md#case-127
  it('a RetryAfterError of a deletion follows the backoff of 5 s', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    await controller.settled();
    provider.answer('delete', throws(new RetryAfterError('soon', 1_000)), {
      service: 'default/web',
    });
    await cluster.deleteService('web');
    await cluster.event(service, 'SyncLoadBalancerFailed');
    await clock.advance(4_999);
    expect(controller.ended('delete', 'web')).toBe(1);
    await clock.advance(1);
    await controller.called('delete', 'web', 2);
  });

  // @see docs/reference/contract.md#case-128
  it('a Service that is no load balancer any more is cleaned up and stays', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web');
    await controller.settled();
    await cluster.patchService('web', { spec: { type: 'ClusterIP' } });
    await controller.settled();
    const after = await cluster.service('web');
    expect(hasFinalizer(after)).toBe(false);
    expect(after.status?.loadBalancer).toEqual({});
    expect(controller.ended('delete', 'web')).toBe(1);
  });

  // @see docs/reference/contract.md#case-129
  it('a Service that becomes a load balancer gets one', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', { type: 'ClusterIP' });
    await controller.settled();
    await cluster.patchService('web', { spec: { type: 'LoadBalancer' } });
    await controller.settled();
    const after = await cluster.service('web');
    expect(hasFinalizer(after)).toBe(true);
    expect(after.status?.loadBalancer?.ingress).toHaveLength(1);
  });

  // @see docs/reference/contract.md#case-130
  it('a ClusterIP Service created with the finalizer loses it', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', { type: 'ClusterIP' }, { finalizers });
    await controller.settled();
    expect(hasFinalizer(await cluster.service('web'))).toBe(false);
  });

  // @see docs/reference/contract.md#case-131
  it('a Service deleted while nobody was there is cleaned up at the next start', async () => {
    const provider = new FakeCloudProvider();
    const first = await cluster.startController({ provider });
    await cluster.createService('web');
    await first.settled();
    await first.stop();
    await cluster.deleteService('web');
    const second = await cluster.startController({ provider });
    await cluster.serviceGone('web');
    expect(second.ended('delete', 'web')).toBe(1);
  });

  // @see docs/reference/contract.md#case-132
  it('a Service with a class and our finalizer is cleaned up only when deleted', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService(
      'classy',
      { loadBalancerClass: 'example.com/other' },
      { finalizers },
    );
    await controller.settled();
    expect(provider.calls({ service: 'default/classy' })).toEqual([]);
    await cluster.deleteService('classy');
    await cluster.serviceGone('classy');
    expect(provider.operations({ service: 'default/classy' })).toEqual(['get']);
  });

  // @see docs/reference/contract.md#case-133
  it('the load balancer of a Service that was replaced goes before the new one comes', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    const old = await cluster.createService('web');
    await controller.settled();
    const { replacement, gate } = await replaceWhileBusy(controller, provider);
    provider.answer('delete', inTurn(throws(new Error('locked'))), { service: 'default/web' });
    gate.open();
    const event = await cluster.event(old, 'DeleteLoadBalancerFailed');
    expect(event).toMatchObject({
      type: 'Warning',
      message: 'Error deleting load balancer: locked',
    });
    expect(controller.ended('create', 'web')).toBe(1);
    await clock.advance(5_000);
    await controller.called('create', 'web', 2);
    const uids = provider
      .calls({ service: 'default/web' })
      .map(({ operation, service }) => [operation, service?.uid]);
    expect(uids).toEqual([
      ['create', old.metadata?.uid],
      ['delete', old.metadata?.uid],
      ['delete', old.metadata?.uid],
      ['create', replacement.metadata?.uid],
    ]);
  });

  it('cleans up at once after a Service that lost its finalizer by force and was deleted', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    const service = await cluster.createService('web');
    await controller.settled();
    await cluster.patchService('web', { metadata: { finalizers: null } });
    await cluster.deleteService('web');
    await controller.called('delete', 'web');
    await cluster.event(service, 'DeletedLoadBalancer');
    expect(provider.loadBalancers.get(service.metadata?.uid ?? '')).toBeUndefined();
  });

  it('does not write the address of a deleted Service to a new one of the same name', async () => {
    const provider = new FakeCloudProvider();
    const gate = new Gate();
    provider.answer('create', inTurn(heldBy(gate)), { service: 'default/web' });
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    await cluster.createService('web');
    await until('the provider is asked', () => gate.waiting === 1);
    await cluster.patchService('web', { metadata: { finalizers: null } });
    await cluster.deleteService('web');
    await cluster.createService('web', { loadBalancerClass: 'example.com/other' });
    gate.open();
    await controller.settled();
    expect((await cluster.service('web')).status?.loadBalancer).toEqual({});
  });

  it('makes nothing for a Service that is being deleted and waits for another finalizer', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createService('web', {}, { finalizers: ['example.com/other'] });
    await cluster.deleteService('web');
    const controller = await cluster.startController({ provider });
    await controller.settled();
    expect(provider.operations({ service: 'default/web' })).not.toContain('create');
    expect((await cluster.service('web')).metadata?.finalizers).toEqual(['example.com/other']);
  });

  /** Replaces the Service `web` by another of that name while the controller is busy elsewhere. */
  async function replaceWhileBusy(controller: RunningController, provider: FakeCloudProvider) {
    const gate = new Gate();
    provider.answer('create', heldBy(gate), { service: 'default/busy' });
    await cluster.createService('busy');
    await until('the controller is busy', () => gate.waiting === 1);
    await cluster.patchService('web', { metadata: { finalizers: null } });
    await cluster.deleteService('web');
    const replacement = await cluster.createService('web');
    await controller.sawService(replacement);
    return { replacement, gate };
  }
});

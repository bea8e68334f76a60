import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { LaggingWatch } from './lagging-watch.ts';
import { TestCluster, hasFinalizer } from './test-cluster.ts';

function addressOf(service: Service): string | undefined {
  return service.status?.loadBalancer?.ingress?.[0]?.ip;
}

/** A provider whose load balancers have the address that the annotation `address` names. */
function annotated(): FakeCloudProvider {
  const provider = new FakeCloudProvider();
  provider.answer('create', ({ arguments: { service } }, usual): LoadBalancerStatus => {
    usual();
    return { ingress: [{ ip: service?.metadata?.annotations?.['address'] ?? '203.0.113.9' }] };
  });
  return provider;
}

describe('service: a watch that lags behind the controller’s own writes', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  async function running(provider: FakeCloudProvider, clock = new FakeClock()) {
    const watch = new LaggingWatch(cluster.client.services);
    const controller = await cluster.startController({ provider, clock, watched: watch.client });
    return { watch, controller, clock };
  }

  function annotate(address: string): Promise<Service> {
    return cluster.patchService('web', { metadata: { annotations: { address } } });
  }

  it('LoadBalancer → ClusterIP → LoadBalancer in quick succession ends with finalizer, load balancer and status', async () => {
    const provider = annotated();
    const { watch, controller } = await running(provider);
    const service = await cluster.createService('web');
    await controller.settled();
    // The change back to LoadBalancer comes while the controller deletes the load balancer.
    provider.answer('delete', async (_call, usual) => {
      usual();
      await cluster.patchService('web', { spec: { type: 'LoadBalancer' } });
      await until(
        'the change is seen',
        () => controller.cachedService('web')?.spec?.type === 'LoadBalancer',
      );
      watch.hold();
    });
    await cluster.patchService('web', { spec: { type: 'ClusterIP' } });
    await until('the finalizer is gone', async () => !hasFinalizer(await cluster.service('web')));
    provider.answerAsUsual('delete');
    watch.release();
    await until('the Service has an address', async () => addressOf(await cluster.service('web')));
    await controller.settled();
    const after = await cluster.service('web');
    expect([addressOf(after), hasFinalizer(after)]).toEqual(['203.0.113.9', true]);
    expect(provider.loadBalancers.has(service.metadata?.uid ?? '')).toBe(true);
  });

  it('annotation A → B → A in quick succession ends with the status of A', async () => {
    const provider = annotated();
    const { watch, controller } = await running(provider);
    await cluster.createService('web', {}, { annotations: { address: '10.0.0.1' } });
    await controller.settled();
    provider.answer(
      'create',
      async ({ arguments: { service } }) => {
        const ip = service?.metadata?.annotations?.['address'] ?? '';
        if (ip === '10.0.0.2') {
          await annotate('10.0.0.1');
          await until(
            'the change is seen',
            () =>
              controller.cachedService('web')?.metadata?.annotations?.['address'] === '10.0.0.1',
          );
          watch.hold();
        }
        return { ingress: [{ ip }] };
      },
      { service: 'default/web' },
    );
    await annotate('10.0.0.2');
    await until('B is shown', async () => addressOf(await cluster.service('web')) === '10.0.0.2');
    watch.release();
    await until('A is shown', async () => addressOf(await cluster.service('web')) === '10.0.0.1');
    await controller.settled();
    expect(addressOf(await cluster.service('web'))).toBe('10.0.0.1');
  });

  it('waits for its own write before it acts on a Service again, and for no longer than 10 s', async () => {
    const provider = annotated();
    const { watch, controller, clock } = await running(provider);
    await cluster.createService('web', {}, { annotations: { address: '10.0.0.1' } });
    await controller.settled();
    provider.answer(
      'create',
      async ({ arguments: { service } }) => {
        const ip = service?.metadata?.annotations?.['address'] ?? '';
        if (ip === '10.0.0.2') watch.hold();
        return { ingress: [{ ip }] };
      },
      { service: 'default/web' },
    );
    await annotate('10.0.0.2');
    await until('B is shown', async () => addressOf(await cluster.service('web')) === '10.0.0.2');
    await annotate('10.0.0.3');
    // A node makes the Service's turn come although the watch is held.
    await cluster.createNode('node-a');
    await until('the Service waits', () => clock.timers.includes(10_000));
    await clock.advance(9_999);
    expect(provider.operations({ service: 'default/web' }).slice(2)).toEqual([]);
    await clock.advance(1);
    await controller.called('update', 'web');
    const [update] = provider.calls({ operation: 'update', service: 'default/web' });
    expect(update?.arguments.service?.metadata?.annotations).toEqual({ address: '10.0.0.3' });
    watch.release();
    await until('C is shown', async () => addressOf(await cluster.service('web')) === '10.0.0.3');
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ImplementedElsewhereError, RetryAfterError } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import {
  FakeCloudProvider,
  Gate,
  heldBy,
  inTurn,
  returns,
  throws,
} from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import { ApiError } from '@k8s-ccm/controller-runtime';
import type { ResourceClient } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { TestCluster, hasFinalizer } from './test-cluster.ts';

describe('service: ensure and status', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  // @see docs/reference/contract.md#case-87
  it.each(['TCP', 'UDP', 'SCTP'])(
    'a Service with a %s port gets the finalizer, then a load balancer, then its status',
    async (protocol) => {
      const provider = new FakeCloudProvider();
      const finalizerAtFirstCall: boolean[] = [];
      provider.answer(
        'create',
        async (_call, usual) => {
          finalizerAtFirstCall.push(hasFinalizer(await cluster.service('web')));
          return usual();
        },
        { service: 'default/web' },
      );
      await cluster.createNode('node-a');
      await cluster.startController({ provider });
      const service = await cluster.createService('web', { ports: [{ port: 80, protocol }] });

      await until('the status is written', async () => {
        return (await cluster.service('web')).status?.loadBalancer?.ingress !== undefined;
      });
      expect(finalizerAtFirstCall).toEqual([true]);
      expect((await cluster.service('web')).status?.loadBalancer?.ingress).toEqual([
        { ip: '203.0.113.1', ipMode: 'VIP' },
      ]);
      await cluster.event(service, 'EnsuredLoadBalancer');
      const events = await cluster.events(service);
      expect(events.map(({ type, reason, message }) => ({ type, reason, message }))).toEqual([
        { type: 'Normal', reason: 'EnsuringLoadBalancer', message: 'Ensuring load balancer' },
        { type: 'Normal', reason: 'EnsuredLoadBalancer', message: 'Ensured load balancer' },
      ]);
      expect(events[0]?.source?.component).toBe('service-controller');
    },
  );

  // @see docs/reference/contract.md#case-88
  it.each(['ClusterIP', 'NodePort'])(
    'a %s Service without the finalizer is not touched',
    async (type) => {
      const provider = new FakeCloudProvider();
      const controller = await cluster.startController({ provider });
      const service = await cluster.createService('plain', { type });
      await controller.settled();
      expect(provider.calls({ service: 'default/plain' })).toEqual([]);
      expect(await cluster.service('plain')).toEqual(service);
      expect(await cluster.events(service)).toEqual([]);
    },
  );

  // @see docs/reference/contract.md#case-89
  it('a Service with a loadBalancerClass is not touched', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    const service = await cluster.createService('classy', {
      loadBalancerClass: 'example.com/other',
    });
    await controller.settled();
    expect(provider.calls({ service: 'default/classy' })).toEqual([]);
    expect(await cluster.service('classy')).toEqual(service);
  });

  // @see docs/reference/contract.md#case-90
  it('a Service that has the finalizer gets a status patch only', async () => {
    const provider = new FakeCloudProvider();
    const patches = recordPatches(cluster.client.services);
    await cluster.createService(
      'web',
      {},
      { finalizers: ['service.kubernetes.io/load-balancer-cleanup'] },
    );
    const controller = await cluster.startController({ provider, services: patches });
    await controller.settled();
    expect(patches.bodies.filter((body) => body.name === 'web')).toEqual([
      { name: 'web', changes: ['status'] },
    ]);
  });

  // @see docs/reference/contract.md#case-91
  it('unrelated finalizers stay when ours comes and goes', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', {}, { finalizers: ['example.com/other'] });
    await controller.settled();
    expect((await cluster.service('web')).metadata?.finalizers).toEqual([
      'example.com/other',
      'service.kubernetes.io/load-balancer-cleanup',
    ]);
    await cluster.patchService('web', { spec: { type: 'ClusterIP' } });
    await controller.settled();
    expect((await cluster.service('web')).metadata?.finalizers).toEqual(['example.com/other']);
  });

  // @see docs/reference/contract.md#case-92
  it('a status equal to the cloud’s is not written again', async () => {
    const provider = new FakeCloudProvider();
    const patches = recordPatches(cluster.client.services);
    const controller = await cluster.startController({ provider, services: patches });
    await cluster.createService('web');
    await controller.settled();
    await cluster.patchService('web', { metadata: { annotations: { changed: 'yes' } } });
    await controller.called('create', 'web', 2);
    await controller.settled();
    expect(patches.bodies.filter((body) => body.name === 'web')).toEqual([
      { name: 'web', changes: ['finalizers'] },
      { name: 'web', changes: ['status'] },
    ]);
  });

  // @see docs/reference/contract.md#case-93
  it.each([
    ['ipMode', { ip: '203.0.113.1', ipMode: 'Proxy' }],
    ['ports', { ip: '203.0.113.1', ipMode: 'VIP', ports: [{ port: 80, protocol: 'TCP' }] }],
  ])('a changed %s of the address is written', async (_field, changed) => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web');
    await controller.settled();
    provider.answer('create', returns({ ingress: [changed] }), { service: 'default/web' });
    await cluster.patchService('web', { metadata: { annotations: { changed: 'yes' } } });
    await controller.called('create', 'web', 2);
    await controller.settled();
    expect((await cluster.service('web')).status?.loadBalancer?.ingress).toEqual([changed]);
  });

  // @see docs/reference/contract.md#case-94
  it('a provider that returns no status is an error that is tried again', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    provider.answer('create', inTurn(returns(undefined)), { service: 'default/web' });
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    const event = await cluster.event(service, 'SyncLoadBalancerFailed');
    expect(event).toMatchObject({
      type: 'Warning',
      message: 'Error syncing load balancer: service status returned by EnsureLoadBalancer is nil',
    });
    await clock.advance(5_000);
    await controller.called('create', 'web', 2);
  });

  // @see docs/reference/contract.md#case-95
  it('a failed ensure is tried again after 5 s, 10 s, 20 s …, and the finalizer stays', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    provider.answer('create', throws(new Error('quota used up')), { service: 'default/web' });
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    await controller.called('create', 'web');
    const event = await cluster.event(service, 'SyncLoadBalancerFailed');
    expect(event).toMatchObject({
      type: 'Warning',
      message: 'Error syncing load balancer: failed to ensure load balancer: quota used up',
    });
    let calls = 1;
    for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
      await clock.advance(seconds * 1000 - 1);
      expect(controller.ended('create', 'web')).toBe(calls);
      await clock.advance(1);
      calls += 1;
      await controller.called('create', 'web', calls);
      await cluster.event(service, 'SyncLoadBalancerFailed', calls);
    }
    expect(hasFinalizer(await cluster.service('web'))).toBe(true);
  });

  it.each([
    // @see docs/reference/contract.md#case-96
    ['a provider’s RetryAfterError', new RetryAfterError('busy', 42_000)],
    // @see docs/reference/contract.md#case-97
    [
      'a wrapped RetryAfterError',
      new Error('around', { cause: new RetryAfterError('busy', 42_000) }),
    ],
  ])('%s sets the time of the next try, which never grows', async (_name, error) => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    provider.answer('create', throws(error), { service: 'default/web' });
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    for (let calls = 1; calls <= 4; calls += 1) {
      await controller.called('create', 'web', calls);
      await cluster.event(service, 'SyncLoadBalancerFailed', calls);
      await clock.advance(41_999);
      expect(controller.ended('create', 'web')).toBe(calls);
      await clock.advance(1);
    }
  });

  // @see docs/reference/contract.md#case-98
  it('a success in between starts the backoff again at 5 s', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const failure = throws(new Error('no'));
    provider.answer(
      'create',
      inTurn(failure, failure, (_call, usual) => usual(), failure),
      { service: 'default/web' },
    );
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    await cluster.event(service, 'SyncLoadBalancerFailed', 1);
    await clock.advance(5_000);
    await cluster.event(service, 'SyncLoadBalancerFailed', 2);
    await clock.advance(10_000);
    await controller.called('create', 'web', 3);
    await cluster.event(service, 'EnsuredLoadBalancer');
    await cluster.patchService('web', { metadata: { annotations: { changed: 'yes' } } });
    await cluster.event(service, 'SyncLoadBalancerFailed', 3);
    await clock.advance(5_000);
    await controller.called('create', 'web', 5);
  });

  // @see docs/reference/contract.md#case-99
  it('nothing is made in the cloud while the finalizer cannot be written', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    await cluster.startController({ provider, clock, services: refusing('finalizers') });
    const service = await cluster.createService('web');
    const event = await cluster.event(service, 'SyncLoadBalancerFailed');
    expect(event.message).toContain('failed to add load balancer cleanup finalizer: ');
    expect(provider.calls({ service: 'default/web' })).toEqual([]);
  });

  // @see docs/reference/contract.md#case-100
  it('a status that cannot be written is tried again', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const controller = await cluster.startController({
      provider,
      clock,
      services: refusing('status'),
    });
    const service = await cluster.createService('web');
    const event = await cluster.event(service, 'SyncLoadBalancerFailed');
    expect(event.message).toContain('failed to update load balancer status: ');
    await clock.advance(5_000);
    await controller.called('create', 'web', 2);
  });

  // @see docs/reference/contract.md#case-101
  it('a Service that vanishes before its status is written is no error', async () => {
    const provider = new FakeCloudProvider();
    const gate = new Gate();
    provider.answer('create', heldBy(gate), { service: 'default/web' });
    const controller = await cluster.startController({ provider });
    const service = await cluster.createService('web');
    await until('the provider is asked', () => gate.waiting === 1);
    await cluster.patchService('web', { metadata: { finalizers: null } });
    await cluster.deleteService('web');
    gate.open();
    await controller.settled();
    expect(await cluster.reasons(service)).not.toContain('SyncLoadBalancerFailed');
  });

  // @see docs/reference/contract.md#case-102
  it('without a node the provider is called with none, and a Warning says so', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    const service = await cluster.createService('web');
    await controller.called('create', 'web');
    expect(provider.calls({ operation: 'create', service: 'default/web' })).toMatchObject([
      { nodeNames: [] },
    ]);
    expect(await cluster.event(service, 'UnAvailableLoadBalancer')).toMatchObject({
      type: 'Warning',
      message: 'There are no available nodes for LoadBalancer',
    });
  });

  // @see docs/reference/contract.md#case-103
  it('after a restart each healthy load balancer is ensured once', async () => {
    const provider = new FakeCloudProvider();
    const names = ['one', 'two', 'three'];
    const first = await cluster.startController({ provider });
    for (const name of names) await cluster.createService(name);
    await first.settled();
    await first.stop();
    provider.clearCalls();

    const second = await cluster.startController({ provider });
    await second.settled();
    expect(names.map((name) => second.ended('create', name))).toEqual([1, 1, 1]);
  });

  // @see docs/reference/contract.md#case-104
  it('a healthy load balancer is left in peace for minutes', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const informerClock = new FakeClock();
    const controller = await cluster.startController({ provider, clock, informerClock });
    await cluster.createService('web');
    await controller.settled();
    await Promise.all([clock.advance(600_000), informerClock.advance(600_000)]);
    await controller.settled();
    expect(controller.ended('create', 'web')).toBe(1);
  });

  // @see docs/reference/contract.md#case-105
  it('ImplementedElsewhere is a success that leaves the status alone', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    provider.answer('create', throws(new ImplementedElsewhereError()), { service: 'default/web' });
    const controller = await cluster.startController({ provider, clock });
    await cluster.createNode('node-a');
    const service = await cluster.createService('web');
    await controller.settled();
    await clock.advance(600_000);
    await controller.settled();
    expect(controller.ended('create', 'web')).toBe(1);
    const after = await cluster.service('web');
    expect(hasFinalizer(after)).toBe(true);
    expect(after.status?.loadBalancer).toEqual({});
    expect(await cluster.reasons(service)).toEqual(['EnsuringLoadBalancer']);
  });

  // @see docs/reference/contract.md#case-106
  it('a wrapped ImplementedElsewhere is an ordinary error', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const error = new Error('around', { cause: new ImplementedElsewhereError() });
    provider.answer('create', throws(error), { service: 'default/web' });
    await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    await cluster.event(service, 'SyncLoadBalancerFailed');
  });

  // @see docs/reference/contract.md#case-107
  it.each([
    { concurrency: 1, overlap: 1 },
    { concurrency: 2, overlap: 2 },
  ])(
    'with a concurrency of $concurrency, $overlap Services are worked on at once',
    async ({ concurrency, overlap }) => {
      const provider = new FakeCloudProvider();
      const gate = new Gate();
      provider.answer('create', heldBy(gate));
      await cluster.createService('one');
      await cluster.createService('two');
      const controller = await cluster.startController({ provider, concurrency });
      await until('the provider is asked', () => gate.waiting === overlap);
      expect(provider.inFlight({ operation: 'create' })).toBe(overlap);
      gate.open();
      await controller.called('create', 'one');
      await controller.called('create', 'two');
      expect(provider.maxInFlight({ operation: 'create' })).toBe(overlap);
    },
  );

  /** The cluster's client, except that a patch of this part is refused as RBAC would. */
  function refusing(part: 'finalizers' | 'status'): Pick<ResourceClient<Service>, 'patch'> {
    return {
      patch: (ref, patch, options) =>
        changesOf(patch).includes(part)
          ? Promise.reject(forbidden())
          : cluster.client.services.patch(ref, patch, options),
    };
  }
});

function forbidden(): ApiError {
  return new ApiError({
    method: 'PATCH',
    path: '/api/v1/namespaces/default/services/web/status',
    status: 403,
    reason: 'Forbidden',
    message: 'services "web" is forbidden',
  });
}

function recordPatches(services: Pick<ResourceClient<Service>, 'patch'>) {
  const bodies: { readonly name: string; readonly changes: readonly string[] }[] = [];
  const patch: ResourceClient<Service>['patch'] = (ref, body, options) => {
    bodies.push({ name: ref.name, changes: changesOf(body) });
    return services.patch(ref, body, options);
  };
  return { bodies, patch };
}

/** What of the object a patch changes; its UID is only a precondition. */
function changesOf(patch: object): readonly string[] {
  const { metadata, ...rest } = patch as { readonly metadata?: object };
  const inMetadata = Object.keys(metadata ?? {}).some((key) => key.includes('finalizers'));
  return [...(inMetadata ? ['finalizers'] : []), ...Object.keys(rest)];
}

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ImplementedElsewhereError } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, throws } from '@k8s-ccm/cloud-provider/testing';
import { until } from '@k8s-ccm/contract-testing';
import type { ResourceClient } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { TestCluster, hasFinalizer } from './test-cluster.ts';

const http = { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 };

describe('service: updates', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  /** Each changes a Service with one port `http`, external policy Local and two families less one. */
  const ensures: readonly (readonly [name: string, before: object, patch: object])[] = [
    // @see docs/reference/contract.md#case-108
    [
      'an added port',
      {},
      { ports: [http, { ...http, name: 'https', port: 443, nodePort: 30443 }] },
    ],
    ['another port number', {}, { ports: [{ ...http, port: 81 }] }],
    ['another protocol', {}, { ports: [{ ...http, protocol: 'UDP' }] }],
    ['another node port', {}, { ports: [{ ...http, nodePort: 30081 }] }],
    ['another target port', {}, { ports: [{ ...http, targetPort: 8081 }] }],
    ['another port name', {}, { ports: [{ ...http, name: 'web' }] }],
    ['another app protocol', {}, { ports: [{ ...http, appProtocol: 'h2c' }] }],
    // @see docs/reference/contract.md#case-109
    [
      'a target port by name instead of 22',
      { ports: [{ ...http, targetPort: 22 }] },
      { ports: [{ ...http, targetPort: 'dns' }] },
    ],
    // @see docs/reference/contract.md#case-110
    ['source ranges', {}, { loadBalancerSourceRanges: ['10.0.0.0/8'] }],
    // @see docs/reference/contract.md#case-111
    ['session affinity', {}, { sessionAffinity: 'ClientIP' }],
    [
      'the timeout of session affinity',
      { sessionAffinity: 'ClientIP' },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
    ],
    // @see docs/reference/contract.md#case-112
    ['loadBalancerIP', {}, { loadBalancerIP: '203.0.113.200' }],
    // @see docs/reference/contract.md#case-113
    ['an added external IP', {}, { externalIPs: ['198.51.100.1'] }],
    ['another external IP', { externalIPs: ['198.51.100.1'] }, { externalIPs: ['198.51.100.2'] }],
    // @see docs/reference/contract.md#case-115
    ['external traffic policy', {}, { externalTrafficPolicy: 'Local' }],
  ];

  // @see docs/reference/contract.md#case-120
  it.each(ensures)(
    '%s is one new ensure, without events about single fields',
    async (_name, before, patch) => {
      const provider = new FakeCloudProvider();
      const controller = await cluster.startController({ provider });
      const service = await cluster.createService('web', { ports: [http], ...before });
      await controller.settled();
      await cluster.patchService('web', { spec: patch });
      await controller.called('create', 'web', 2);
      await controller.settled();
      expect(controller.ended('create', 'web')).toBe(2);
      expect(new Set(await cluster.reasons(service))).toEqual(
        new Set(['EnsuringLoadBalancer', 'UnAvailableLoadBalancer', 'EnsuredLoadBalancer']),
      );
    },
  );

  // @see docs/reference/contract.md#case-114
  it.each([
    ['added', {}, { one: '1' }],
    ['changed', { one: '1' }, { one: '2' }],
    ['removed', { one: '1' }, { one: null }],
  ])('an annotation that is %s is one new ensure', async (_how, before, annotations) => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', {}, { annotations: before });
    await controller.settled();
    await cluster.patchService('web', { metadata: { annotations } });
    await controller.called('create', 'web', 2);
    await controller.settled();
    expect(controller.ended('create', 'web')).toBe(2);
  });

  // @see docs/reference/contract.md#case-116
  it('another healthCheckNodePort is one new ensure', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', {
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31_000,
    });
    await controller.settled();
    // The field cannot change while the policy is Local; away and back gives it another value.
    await cluster.patchService('web', {
      spec: { externalTrafficPolicy: 'Cluster', healthCheckNodePort: 0 },
    });
    await controller.called('create', 'web', 2);
    await cluster.patchService('web', {
      spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31_001 },
    });
    await controller.called('create', 'web', 3);
    await controller.settled();
    expect(controller.ended('create', 'web')).toBe(3);
  });

  // @see docs/reference/contract.md#case-118
  it.each([
    ['labels', { metadata: { labels: { a: 'b' } } }],
    ['selector', { spec: { selector: { app: 'other' } } }],
    ['internalTrafficPolicy', { spec: { internalTrafficPolicy: 'Local' } }],
    ['allocateLoadBalancerNodePorts', { spec: { allocateLoadBalancerNodePorts: false } }],
    ['publishNotReadyAddresses', { spec: { publishNotReadyAddresses: true } }],
  ])('changed %s are no new ensure', async (_what, patch) => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web');
    await controller.settled();
    await cluster.patchService('web', patch);
    await controller.settled();
    expect(controller.ended('create', 'web')).toBe(1);
  });

  // @see docs/reference/contract.md#case-119
  it.each([
    ['cleared', null],
    ['edited', { ingress: [{ ip: '198.51.100.99' }] }],
  ])(
    'a status that another client %s is restored without a call of the cloud',
    async (_how, status) => {
      const provider = new FakeCloudProvider();
      const clock = new FakeClock();
      const controller = await cluster.startController({ provider, clock });
      await cluster.createService('web');
      await controller.settled();
      await cluster.patchServiceStatus('web', status);
      await shows('web', '203.0.113.1');
      await controller.settled();
      expect(provider.operations({ service: 'default/web' })).toEqual(['create']);
    },
  );

  it('takes a write of its own, shown by the watch before it is answered, for nobody else’s', async () => {
    const provider = new FakeCloudProvider();
    let next = 1;
    provider.answer('create', () => ({ ingress: [{ ip: `203.0.113.${next++}` }] }), {
      service: 'default/web',
    });
    const services: Pick<ResourceClient<Service>, 'patch'> = {
      patch: async (ref, ...rest) => {
        const written = await cluster.client.services.patch(ref, ...rest);
        const version = written.metadata?.resourceVersion;
        await until('the write is seen', () => {
          return controller.cachedService(ref.name)?.metadata?.resourceVersion === version;
        });
        return written;
      },
    };
    const controller = await cluster.startController({
      provider,
      clock: new FakeClock(),
      services,
    });
    await cluster.createService('web');
    await controller.settled();
    await cluster.patchService('web', { metadata: { annotations: { changed: 'yes' } } });
    await shows('web', '203.0.113.2');
    await controller.settled();
    // Had the controller restored anything before, this would wait for a backoff.
    await cluster.patchServiceStatus('web', null);
    await shows('web', '203.0.113.2');
    expect(controller.ended('create', 'web')).toBe(2);
  });

  it('restores a status with backoff when another client keeps changing it', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    await cluster.createService('web');
    await controller.settled();
    await cluster.patchServiceStatus('web', null);
    await shows('web', '203.0.113.1');
    for (const delayMs of [5_000, 10_000, 20_000]) {
      await cluster.patchServiceStatus('web', null);
      await controller.settled();
      await clock.advance(delayMs - 1);
      await controller.settled();
      expect((await cluster.service('web')).status?.loadBalancer).toEqual({});
      await clock.advance(1);
      await shows('web', '203.0.113.1');
    }
  });

  it('restores the last status of a Service whose load balancer cannot be brought up to date', async () => {
    const provider = new FakeCloudProvider();
    const clock = new FakeClock();
    const controller = await cluster.startController({ provider, clock });
    const service = await cluster.createService('web');
    await controller.settled();
    provider.answer('create', throws(new Error('quota')), { service: 'default/web' });
    await cluster.patchService('web', { metadata: { annotations: { changed: 'yes' } } });
    await cluster.event(service, 'SyncLoadBalancerFailed');
    await cluster.patchServiceStatus('web', null);
    await shows('web', '203.0.113.1');
  });

  it('leaves the status alone once the provider says that the load balancer is implemented elsewhere', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web');
    await controller.settled();
    provider.answer('create', throws(new ImplementedElsewhereError()), { service: 'default/web' });
    await cluster.patchService('web', { metadata: { annotations: { changed: 'yes' } } });
    await controller.called('create', 'web', 2);
    const edited = { ingress: [{ ip: '198.51.100.99', ipMode: 'VIP' }] };
    await cluster.patchServiceStatus('web', edited);
    await controller.settled();
    expect((await cluster.service('web')).status?.loadBalancer).toEqual(edited);
  });

  it('puts the finalizer back that another client removes', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web');
    await controller.settled();
    await cluster.patchService('web', { metadata: { finalizers: null } });
    await until('the finalizer is back', async () => hasFinalizer(await cluster.service('web')));
    await controller.settled();
    expect(provider.operations({ service: 'default/web' })).toEqual(['create']);
  });

  function shows(name: string, ip: string): Promise<boolean> {
    return until(`${name} shows ${ip}`, async () => {
      return (await cluster.service(name)).status?.loadBalancer?.ingress?.[0]?.ip === ip;
    });
  }
});

describe('service: updates of a dual-stack Service', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start({
      apiServerFlags: ['--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112'],
    });
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  // @see docs/reference/contract.md#case-117
  it('a second family, and its removal, are one new ensure each', async () => {
    const provider = new FakeCloudProvider();
    const controller = await cluster.startController({ provider });
    await cluster.createService('web', { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] });
    await controller.settled();
    await cluster.patchService('web', {
      spec: { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] },
    });
    await controller.called('create', 'web', 2);
    const { clusterIP } = (await cluster.service('web')).spec ?? {};
    await cluster.patchService('web', {
      spec: { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'], clusterIPs: [clusterIP] },
    });
    await controller.called('create', 'web', 3);
    await controller.settled();
    expect(controller.ended('create', 'web')).toBe(3);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Node, Service } from '../kubernetes-types.ts';
import type { LoadBalancer, ServiceCallOptions } from '../load-balancer.ts';
import { silentLogger } from '@k8s-ccm/foundation';
import { heldBy, inTurn, returns, throws } from './answers.ts';
import { FakeCloudProvider } from './fake-cloud-provider.ts';
import { Gate } from './gate.ts';

const service = (name: string): Service => ({
  metadata: { namespace: 'default', name, uid: `uid-${name}` },
});
const node = (name: string): Node => ({ metadata: { name } });

function callOptions(signal = new AbortController().signal): ServiceCallOptions {
  return { signal, log: silentLogger, report: () => undefined };
}

function balancerOf(cloud: FakeCloudProvider): LoadBalancer {
  if (cloud.loadBalancer === undefined) throw new Error('the fake has no load balancer');
  return cloud.loadBalancer;
}

function ensure(cloud: FakeCloudProvider, name: string, options = callOptions()) {
  const input = {
    clusterName: 'kubernetes',
    service: service(name),
    nodes: [node('n1'), node('n2')],
  };
  return balancerOf(cloud).ensure(input, options);
}

describe('FakeCloudProvider without a program', () => {
  it('remembers a load balancer until it is deleted', async () => {
    const cloud = new FakeCloudProvider();
    const input = { clusterName: 'kubernetes', service: service('web') };
    expect(await balancerOf(cloud).get(input, callOptions())).toBeUndefined();
    const status = await ensure(cloud, 'web');
    expect(status).toEqual({ ingress: [{ ip: '203.0.113.1' }] });
    expect(await ensure(cloud, 'web')).toEqual(status);
    expect(await ensure(cloud, 'api')).toEqual({ ingress: [{ ip: '203.0.113.2' }] });
    expect(await balancerOf(cloud).get(input, callOptions())).toEqual(status);
    await balancerOf(cloud).ensureDeleted(input, callOptions());
    expect([...cloud.loadBalancers.keys()]).toEqual(['uid-api']);
    expect(await balancerOf(cloud).get(input, callOptions())).toBeUndefined();
  });

  it('records operation, order, cluster, Service and Nodes of a call', async () => {
    const cloud = new FakeCloudProvider();
    await ensure(cloud, 'web');
    await balancerOf(cloud).ensureDeleted(
      { clusterName: 'kubernetes', service: service('web') },
      callOptions(),
    );
    expect(cloud.calls()).toMatchObject([
      {
        operation: 'create',
        order: 1,
        state: 'returned',
        clusterName: 'kubernetes',
        service: { namespace: 'default', name: 'web', uid: 'uid-web' },
        nodeNames: ['n1', 'n2'],
      },
      { operation: 'delete', order: 2 },
    ]);
    expect(cloud.calls()[1]).not.toHaveProperty('nodeNames');
    expect(cloud.operations()).toEqual(['create', 'delete']);
    cloud.clearCalls();
    await ensure(cloud, 'api');
    expect(cloud.calls().map(({ order }) => order)).toEqual([3]);
  });

  it('plans a creation only where there is no load balancer', async () => {
    const cloud = new FakeCloudProvider();
    const input = { clusterName: 'kubernetes', service: service('web'), nodes: [] };
    expect(await balancerOf(cloud).plan?.(input, callOptions())).toHaveLength(1);
    cloud.seedLoadBalancer(service('web'), { ingress: [{ hostname: 'lb.example' }] });
    expect(await balancerOf(cloud).plan?.(input, callOptions())).toEqual([]);
  });

  it('has a running server behind every Node', async () => {
    const { instances } = new FakeCloudProvider();
    const options = callOptions();
    expect(await instances?.exists(node('n1'), options)).toBe(true);
    expect(await instances?.isShutdown(node('n1'), options)).toBe(false);
    expect(await instances?.metadata(node('n1'), options)).toEqual({ providerID: 'fake://n1' });
  });

  it('keeps routes', async () => {
    const cloud = new FakeCloudProvider();
    const options = { ...callOptions(), nodes: [node('n1'), node('n2')] };
    const route = { name: 'old', targetNode: 'n1', destinationCIDR: '10.1.0.0/24' };
    cloud.seedRoute(route);
    await cloud.routes?.create('kubernetes', 'uid-n2', { ...route, targetNode: 'n2' }, options);
    await cloud.routes?.delete('kubernetes', route, options);
    expect(await cloud.routes?.list('kubernetes', options)).toEqual([
      { ...route, targetNode: 'n2', name: 'kubernetes-uid-n2-10.1.0.0/24' },
    ]);
    expect(cloud.routeTable.map(({ targetNode }) => targetNode)).toEqual(['n2']);
    expect(cloud.calls().map((call) => [call.operation, call.node])).toEqual([
      ['create-route', 'n2'],
      ['delete-route', 'n1'],
      ['list-routes', undefined],
    ]);
    expect(cloud.calls({ node: 'n2' })[0]?.nodeNames).toEqual(['n1', 'n2']);
    cloud.removeRoute('kubernetes-uid-n2-10.1.0.0/24');
    expect(cloud.routeTable).toEqual([]);
  });
});

describe('the parts of FakeCloudProvider', () => {
  it.each([
    [{ loadBalancer: false }, ['instances', 'routes']],
    [{ instances: 'none' }, ['loadBalancer', 'routes']],
    [{ routes: false }, ['loadBalancer', 'instances']],
  ] as const)('%o leaves %j', (options, parts) => {
    const cloud = new FakeCloudProvider(options);
    const present = (['loadBalancer', 'instances', 'routes'] as const).filter(
      (part) => part in cloud && cloud[part] !== undefined,
    );
    expect(present).toEqual(parts);
  });

  it('asks older instances and zones where only they are on', async () => {
    const cloud = new FakeCloudProvider({ name: 'old', instances: 'v1' });
    expect(await cloud.instances?.metadata(node('n1'), callOptions())).toMatchObject({
      providerID: 'old://n1',
    });
    expect(cloud.operations()).toEqual([
      'instance-id',
      'node-addresses-by-provider-id',
      'instance-type-by-provider-id',
      'get-zone-by-provider-id',
    ]);
  });

  it('counts initialize and close, and tells whether it has a cluster id', async () => {
    const cloud = new FakeCloudProvider({ hasClusterId: false });
    const context = { signal: new AbortController().signal, log: silentLogger };
    await cloud.initialize(context);
    await cloud.close();
    expect(cloud.contexts).toEqual([context]);
    expect(cloud.closed).toBe(1);
    expect(cloud.hasClusterId()).toBe(false);
    expect(new FakeCloudProvider().hasClusterId()).toBe(true);
  });
});

describe('programmed answers', () => {
  it('come in turn and are then as usual', async () => {
    const cloud = new FakeCloudProvider();
    const told = { ingress: [{ ip: '198.51.100.7' }] };
    cloud.answer('create', inTurn(throws(new Error('quota')), returns(told)));
    await expect(ensure(cloud, 'web')).rejects.toThrow('quota');
    expect(await ensure(cloud, 'web')).toEqual(told);
    expect(await ensure(cloud, 'web')).toEqual({ ingress: [{ ip: '203.0.113.1' }] });
    expect(cloud.calls().map(({ state }) => state)).toEqual(['threw', 'returned', 'returned']);
  });

  it('for one Service go before those for all, whichever came first', async () => {
    const cloud = new FakeCloudProvider();
    cloud.answer('create', throws(new Error('only web')), { service: 'default/web' });
    cloud.answer('create', throws(new Error('all')));
    await expect(ensure(cloud, 'web')).rejects.toThrow('only web');
    await expect(ensure(cloud, 'api')).rejects.toThrow('all');
    cloud.answer('create', throws(new Error('web again')), { service: 'default/web' });
    await expect(ensure(cloud, 'web')).rejects.toThrow('web again');
    cloud.answerAsUsual('create');
    expect(await ensure(cloud, 'web')).toEqual({ ingress: [{ ip: '203.0.113.1' }] });
  });

  it('may be for one Node', async () => {
    const cloud = new FakeCloudProvider();
    cloud.answer('instance-exists', returns(false), { node: 'n2' });
    expect(await cloud.instances?.exists(node('n1'), callOptions())).toBe(true);
    expect(await cloud.instances?.exists(node('n2'), callOptions())).toBe(false);
  });

  it('may depend on the call and on the usual answer', async () => {
    const cloud = new FakeCloudProvider();
    cloud.answer('create', (call, usual) => ({
      ingress: [...(usual()?.ingress ?? []), { hostname: call.nodeNames?.join('+') ?? '' }],
    }));
    expect(await ensure(cloud, 'web')).toEqual({
      ingress: [{ ip: '203.0.113.1' }, { hostname: 'n1+n2' }],
    });
  });

  it('may be nothing, where the contract wants a status', async () => {
    const cloud = new FakeCloudProvider();
    cloud.answer('create', returns(undefined));
    expect(await ensure(cloud, 'web')).toBeUndefined();
  });
});

describe('a gate', () => {
  it('shows which calls overlap', async () => {
    const cloud = new FakeCloudProvider();
    const gate = new Gate();
    cloud.answer('create', heldBy(gate));
    const calls = [ensure(cloud, 'web'), ensure(cloud, 'api')];
    expect(gate.waiting).toBe(2);
    expect(cloud.inFlight({ operation: 'create' })).toBe(2);
    gate.open();
    await Promise.all(calls);
    await ensure(cloud, 'web');
    expect(gate.waiting).toBe(0);
    expect(cloud.inFlight()).toBe(0);
    expect(cloud.maxInFlight({ operation: 'create' })).toBe(2);
    expect(cloud.maxInFlight({ service: 'default/web' })).toBe(1);
    expect(cloud.maxInFlight({ operation: 'update' })).toBe(0);
  });

  it('does not count one call after the other as an overlap', async () => {
    const cloud = new FakeCloudProvider();
    await ensure(cloud, 'web');
    await ensure(cloud, 'web');
    expect(cloud.maxInFlight()).toBe(1);
  });

  it('lets an aborted call go with the reason, before and while it waits', async () => {
    const cloud = new FakeCloudProvider();
    const gate = new Gate();
    cloud.answer('create', heldBy(gate, throws(new Error('passed'))));
    const lease = new AbortController();
    const waiting = ensure(cloud, 'web', callOptions(lease.signal));
    lease.abort(new Error('lease lost'));
    await expect(waiting).rejects.toThrow('lease lost');
    await expect(ensure(cloud, 'web', callOptions(lease.signal))).rejects.toThrow('lease lost');
    expect(gate.waiting).toBe(0);
    gate.open();
    await expect(ensure(cloud, 'web')).rejects.toThrow('passed');
  });
});

import { describe, expect, it } from '@jest/globals';
import { LoadBalancerCleanupFinalizer, silentLogger } from '@k8s-ccm/cloud-provider';
import type { KubernetesObject, Node, ProviderChange, Service } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, Gate, heldBy, returns, throws } from '@k8s-ccm/cloud-provider/testing';
import { unreachableClient } from '@k8s-ccm/contract-testing';
import { MetricsRegistry, SharedInformer, seededRandom } from '@k8s-ccm/controller-runtime';
import type { ResourceClient } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { serviceLbController } from './service-lb-controller.ts';

async function never(): Promise<never> {
  throw new Error('not expected');
}

/** A cluster that holds these objects and never changes. */
function unchanging<T extends KubernetesObject>(...objects: readonly T[]): ResourceClient<T> {
  return {
    get: never,
    list: never,
    create: never,
    update: never,
    patch: never,
    delete: never,
    async *watch({ signal } = {}) {
      for (const object of objects) yield { type: 'ADDED', object };
      yield { type: 'BOOKMARK', resourceVersion: '9', initialEventsEnd: true };
      const ended = Promise.withResolvers<unknown>();
      signal?.addEventListener('abort', ended.resolve);
      if (signal?.aborted !== true) await ended.promise;
    },
  };
}

/** One to which nothing is to be written before the cloud has answered. */
function ready(name: string): Service {
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      finalizers: [LoadBalancerCleanupFinalizer],
    },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
  };
}

interface Scene {
  readonly provider: FakeCloudProvider;
  readonly services?: readonly Service[];
  readonly holdEventsWhile?: (busy: () => boolean) => void;
  readonly onProviderChange?: (listener: (change: ProviderChange) => void) => void;
}

/** The controller as a manager starts it, one Service at a time. */
function start({ provider, services = [], holdEventsWhile, onProviderChange }: Scene) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const shared = { clock: new FakeClock(), random: seededRandom(1), log: silentLogger };
  const client = unreachableClient(shared);
  const informers = {
    services: new SharedInformer({
      name: 'services',
      client: unchanging(...services),
      ...shared,
    }),
    nodes: new SharedInformer({ name: 'nodes', client: unchanging<Node>(), ...shared }),
  };
  const started = serviceLbController.start({
    provider,
    clusterName: 'east',
    flags: { 'concurrent-service-syncs': 1 },
    client,
    informers,
    recorder: () => ({ event: () => undefined }),
    ...(holdEventsWhile === undefined ? {} : { holdEventsWhile }),
    ...(onProviderChange === undefined ? {} : { onProviderChange }),
    metrics: new MetricsRegistry(),
    ...shared,
    signal,
  });
  const watching = [informers.services.run(signal), informers.nodes.run(signal)];
  return {
    started,
    settle: () => shared.clock.advance(0),
    advance: (ms: number) => shared.clock.advance(ms),
    stop: async (): Promise<void> => {
      stopping.abort(new Error('enough'));
      await Promise.all(watching);
      if (started.kind === 'running') await started.done;
      await client.close();
    },
  };
}

describe('serviceLbController', () => {
  it('lets events wait as long as Services wait for a worker', async () => {
    const provider = new FakeCloudProvider();
    const [first, second] = [new Gate(), new Gate()];
    const refusal = throws(new Error('quota'));
    provider.answer('create', heldBy(first, refusal), { service: 'default/a' });
    provider.answer('create', heldBy(second, refusal), { service: 'default/b' });
    const busyChecks: (() => boolean)[] = [];
    const { settle, stop } = start({
      provider,
      services: [ready('a'), ready('b')],
      holdEventsWhile: (busy) => busyChecks.push(busy),
    });
    const isBusy = () => busyChecks.map((busy) => busy());
    expect(isBusy()).toEqual([false]);
    await settle();
    expect([first.waiting, second.waiting, isBusy()]).toEqual([1, 0, [true]]);
    first.open();
    await settle();
    expect([first.waiting, second.waiting, isBusy()]).toEqual([0, 1, [false]]);
    second.open();
    await stop();
  });

  it('tries every Service again, as for the first time, when the provider follows a changed configuration', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('create', throws(new Error('401')));
    const listeners: ((change: ProviderChange) => void)[] = [];
    const { advance, stop } = start({
      provider,
      services: [ready('a'), { metadata: { name: 'other', namespace: 'default' } }],
      onProviderChange: (listener) => listeners.push(listener),
    });
    const tries = () => provider.operations({ operation: 'create' }).length;
    await advance(5_000 + 10_000 + 20_000);
    expect(tries()).toBe(4);
    for (const listener of listeners) listener('configuration');
    await advance(0);
    expect(tries()).toBe(5);
    await advance(4_999);
    expect(tries()).toBe(5);
    await advance(1);
    expect(tries()).toBe(6);
    expect(provider.operations()).toEqual(Array.from({ length: 6 }, () => 'create'));
    await stop();
  });

  it('tries only the Services that wait again when the provider has other credentials', async () => {
    const provider = new FakeCloudProvider();
    provider.answer('create', throws(new Error('401')), { service: 'default/waiting' });
    // No status is written, so the Service is in order.
    provider.answer('create', returns({}), { service: 'default/healthy' });
    const listeners: ((change: ProviderChange) => void)[] = [];
    const { advance, stop } = start({
      provider,
      services: [ready('healthy'), ready('waiting')],
      onProviderChange: (listener) => listeners.push(listener),
    });
    const tries = (name: string) => provider.calls({ service: `default/${name}` }).length;
    await advance(5_000 + 10_000 + 20_000);
    expect([tries('healthy'), tries('waiting')]).toEqual([1, 4]);
    for (const listener of listeners) listener('credentials');
    await advance(0);
    expect([tries('healthy'), tries('waiting')]).toEqual([1, 5]);
    await advance(5_000);
    expect([tries('healthy'), tries('waiting')]).toEqual([1, 6]);
    await stop();
  });

  it('runs until it is stopped, also where events cannot be told to wait', async () => {
    const { started, stop } = start({ provider: new FakeCloudProvider() });
    expect(started.kind).toBe('running');
    await stop();
  });

  it('is skipped for a cloud without load balancers', async () => {
    const { started, stop } = start({ provider: new FakeCloudProvider({ loadBalancer: false }) });
    expect(started).toEqual({
      kind: 'skipped',
      reason: 'the cloud provider has no load balancers',
    });
    await stop();
  });
});

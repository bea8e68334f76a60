import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry, wantsLoadBalancer } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { silentLogger, untilAborted } from '@k8s-ccm/foundation';
import type { ControllerDescriptor } from '../controller.ts';
import { runControllerManager } from './run-controller-manager.ts';
import type { StopSignal } from './stop-signals.ts';

/** Gives every Service of type LoadBalancer its load balancer, and tells so. */
const balancing: ControllerDescriptor = {
  name: 'balancing',
  start: ({ informers, provider, recorder, clusterName, log, signal }) => {
    const { loadBalancer } = provider;
    if (loadBalancer === undefined) return { kind: 'skipped', reason: 'the cloud has none' };
    const events = recorder('balancing');
    const calls: Promise<unknown>[] = [];
    informers.services.addHandler({
      onAdd: (service) => {
        if (!wantsLoadBalancer(service)) return;
        const nodes = informers.nodes.store.list();
        const options = { signal, log, report: () => undefined };
        calls.push(loadBalancer.ensure({ clusterName, service, nodes }, options));
        events.event(service, 'Normal', 'Balanced', `for ${clusterName}`);
      },
    });
    const work = async () => {
      await informers.nodes.waitForSync(signal);
      await untilAborted(signal);
      await Promise.all(calls);
    };
    return { kind: 'running', done: work() };
  },
};

/** Says when it works, and for whom; ends when it is asked to, or with `done`. */
function telling(working: string[], who: string, done?: Promise<void>): ControllerDescriptor {
  return {
    name: 'telling',
    start: ({ signal }) => {
      working.push(who);
      return { kind: 'running', done: done ?? untilAborted(signal) };
    },
  };
}

describe('a manager on a real API server', () => {
  let controlPlane: ControlPlane;
  let client: KubeClient;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
    const base = { clock: systemClock, random: systemRandom, log: silentLogger };
    const config = await loadKubeConfig({ kubeconfig: controlPlane.kubeconfig, ...base });
    client = KubeClient.create({ config, userAgent: 'test', ...base });
  }, 600_000);
  afterAll(async () => {
    await client.close();
    await controlPlane.stop();
  });

  /** A manager with the fake cloud, as a program runs it. */
  function run(provider: FakeCloudProvider, controller: ControllerDescriptor, ...argv: string[]) {
    const providers = new CloudProviderRegistry();
    providers.register('fake', async () => provider);
    const stops = new Set<(signal: StopSignal) => void>();
    let log = '';
    const exitCode = runControllerManager({
      argv: [
        `--kubeconfig=${controlPlane.kubeconfig}`,
        '--cloud-provider=fake',
        '--cluster-name=east',
        '--secure-port=0',
        ...argv,
      ],
      providers,
      controllers: [controller],
      signalSource: {
        onSignal: (callback) => {
          stops.add(callback);
          return { [Symbol.dispose]: () => stops.delete(callback) };
        },
      },
      stderr: { write: (text) => (log += text) },
    });
    const stop = (): void => {
      for (const callback of stops) callback('SIGTERM');
    };
    return { exitCode, stop, log: () => log };
  }

  it('lets a controller see the cluster, call the cloud and write events up to its end', async () => {
    const provider = new FakeCloudProvider();
    const manager = run(provider, balancing, '--leader-elect=false');
    await client.services.create({
      metadata: { name: 'web', namespace: 'default' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    });
    while (provider.operations().length === 0) await systemClock.sleep(20);
    manager.stop();
    expect(await manager.exitCode).toBe(0);
    expect(provider.operations()).toContain('create');
    expect(provider.closed).toBe(1);
    const { items } = await client.events.list();
    expect(items.map(({ reason, message, source }) => ({ reason, message, source }))).toEqual([
      { reason: 'Balanced', message: 'for east', source: { component: 'balancing' } },
    ]);
    expect(manager.log()).toContain('stopped');
  }, 60_000);

  const timings = [
    '--leader-elect-lease-duration=3s',
    '--leader-elect-renew-deadline=2s',
    '--leader-elect-retry-period=200ms',
  ];

  it('works in one replica at a time, and in the next one as soon as that stops', async () => {
    const working: string[] = [];
    const first = run(new FakeCloudProvider(), telling(working, 'first'), ...timings);
    while (!working.includes('first')) await systemClock.sleep(20);
    const second = run(new FakeCloudProvider(), telling(working, 'second'), ...timings);
    while (!second.log().includes('another process leads')) await systemClock.sleep(20);
    expect(working).toEqual(['first']);
    first.stop();
    expect(await first.exitCode).toBe(0);
    while (!working.includes('second')) await systemClock.sleep(20);
    second.stop();
    expect(await second.exitCode).toBe(0);
  }, 60_000);

  it('ends with 1, and waits for nothing, when it loses the lease', async () => {
    const working: string[] = [];
    const endless = Promise.withResolvers<void>();
    const loser = telling(working, 'loser', endless.promise);
    const manager = run(new FakeCloudProvider(), loser, ...timings);
    while (working.length === 0) await systemClock.sleep(20);
    const ref = { name: 'cloud-controller-manager', namespace: 'kube-system' };
    await client.leases.patch(ref, { spec: { holderIdentity: 'thief' } }, { type: 'merge' });
    expect(await manager.exitCode).toBe(1);
    expect(manager.log()).toContain('leadership lost');
    endless.resolve();
  }, 60_000);
});

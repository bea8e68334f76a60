import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry, silentLogger, wantsLoadBalancer } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import type { ControllerDescriptor } from './controller.ts';
import { untilAborted } from './ends-within.ts';
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

  it('lets a controller see the cluster, call the cloud and write events up to its end', async () => {
    const provider = new FakeCloudProvider();
    const providers = new CloudProviderRegistry();
    providers.register('fake', async () => provider);
    const { promise: stopper, resolve: setStopper } =
      Promise.withResolvers<(signal: StopSignal) => void>();
    let log = '';
    const exitCode = runControllerManager({
      argv: [
        `--kubeconfig=${controlPlane.kubeconfig}`,
        '--cloud-provider=fake',
        '--cluster-name=east',
        '--leader-elect=false',
        '--secure-port=0',
      ],
      providers,
      controllers: [balancing],
      signalSource: {
        onSignal: (callback) => {
          setStopper(callback);
          return { [Symbol.dispose]: () => undefined };
        },
      },
      stderr: { write: (text) => (log += text) },
    });
    const stop = await stopper;
    await client.services.create({
      metadata: { name: 'web', namespace: 'default' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    });
    while (provider.operations().length === 0) await systemClock.sleep(20);
    stop('SIGTERM');
    expect(await exitCode).toBe(0);
    expect(provider.operations()).toContain('create');
    expect(provider.closed).toBe(1);
    const { items } = await client.events.list();
    expect(items.map(({ reason, message, source }) => ({ reason, message, source }))).toEqual([
      { reason: 'Balanced', message: 'for east', source: { component: 'balancing' } },
    ]);
    expect(log).toContain('stopped');
  }, 60_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { startControlPlane, type ControlPlane } from '@k8s-ccm/envtest';
import { systemClock } from '../time/clock.ts';
import { EventBroadcaster } from '../events/event-broadcaster.ts';
import { KubeClient } from '../api/kube-client.ts';
import { loadKubeConfig } from '../kubeconfig/kube-config.ts';
import { LeaderElector } from './leader-elector.ts';
import { systemRandom } from '../time/random.ts';

const startLimitMs = 120_000;
const parts = { clock: systemClock, random: systemRandom, log: silentLogger };
const lock = { namespace: 'kube-system', name: 'cloud-controller-manager' };
let controlPlane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  const config = await loadKubeConfig({ kubeconfig: controlPlane.kubeconfig, ...parts });
  client = KubeClient.create({ config, userAgent: 'test', ...parts });
}, startLimitMs);

afterAll(async () => {
  await client.close();
  await controlPlane.stop();
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = systemClock.monotonic() + 10_000;
  while (!(await condition())) {
    if (systemClock.monotonic() > giveUpAt) throw new Error('waited for 10 s in vain');
    await systemClock.sleep(20);
  }
}

describe('LeaderElector against a real API server', () => {
  it('leads, renews, hands over by releasing, and records events that are counted', async () => {
    await using broadcaster = new EventBroadcaster({ client: client.events, ...parts });
    const recorder = broadcaster.recorder('cloud-controller-manager');
    const timings = { leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 200 };
    const terms: string[] = [];
    const run = (identity: string) => {
      const stop = new AbortController();
      const elector = new LeaderElector({
        client: client.leases,
        ...lock,
        identity,
        recorder,
        ...timings,
        ...parts,
      });
      const work = async (signal: AbortSignal): Promise<void> => {
        terms.push(identity);
        await until(() => signal.aborted);
      };
      return { stop, elector, done: elector.run(work, stop.signal) };
    };

    const first = run('first');
    await until(() => first.elector.isLeader);
    const second = run('second');
    const taken = await client.leases.get(lock);
    await until(
      async () => (await client.leases.get(lock)).spec?.renewTime !== taken.spec?.renewTime,
    );
    expect(terms).toEqual(['first']);
    first.stop.abort();
    await until(() => second.elector.isLeader);
    await first.done;
    expect((await client.leases.get(lock)).spec).toMatchObject({
      holderIdentity: 'second',
      leaseTransitions: 1,
    });
    second.stop.abort();
    await second.done;
    expect((await client.leases.get(lock)).spec).toMatchObject({
      holderIdentity: '',
      leaseDurationSeconds: 1,
    });

    const third = run('second');
    await until(() => third.elector.isLeader);
    third.stop.abort();
    await third.done;
    await broadcaster.flush();
    const { items } = await client.events.list({ namespace: 'kube-system' });
    const seen = items.map(
      ({ message, count, involvedObject }) => `${involvedObject.kind}: ${message} (${count})`,
    );
    expect(seen).toHaveLength(4);
    expect(new Set(seen)).toEqual(
      new Set([
        'Lease: first became leader (1)',
        'Lease: first stopped leading (1)',
        'Lease: second became leader (2)',
        'Lease: second stopped leading (2)',
      ]),
    );
  }, 30_000);
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { until } from '@k8s-ccm/controller-runtime/testing';
import type { ControllerContext } from '../controller.ts';
import { LeaseApi } from '../testing/lease-api.ts';
import { RunningManager, workingController } from '../testing/running-manager.ts';

const timings = [
  '--leader-elect-lease-duration=3s',
  '--leader-elect-renew-deadline=2s',
  '--leader-elect-retry-period=200ms',
];

describe('a manager whose API server', () => {
  const managers: RunningManager[] = [];
  const contexts = new Map<string, ControllerContext>();

  afterEach(async () => {
    await Promise.all(managers.splice(0).map((manager) => manager.stop()));
    contexts.clear();
  });

  function run(server: string, ...argv: readonly string[]): RunningManager {
    const manager = new RunningManager({
      argv: [`--master=${server}`, ...argv],
      controllers: [workingController('worker', contexts)],
    });
    managers.push(manager);
    return manager;
  }

  it('leaves all its requests without an answer renews the lease on a connection of its own', async () => {
    await using api = await LeaseApi.start();
    const manager = run(api.url, ...timings);
    const { client } = await until('it works', () => contexts.get('worker'));
    const abort = new AbortController();
    const stuck = Array.from({ length: 100 }, async (_, n) => {
      await client.nodes.get({ name: `node-${n}` }, { signal: abort.signal });
    });
    const outcomes = Promise.allSettled(stuck);
    await until('all connections for calls are taken', () => api.hanging >= 16);
    const { writes } = api;
    // Longer than the lease would hold by itself.
    await until('it renewed the lease for 4 s', () => api.writes >= writes + 20);
    expect(api.hanging).toBe(16);
    expect(manager.log).not.toContain('leadership lost');
    abort.abort();
    await outcomes;
  }, 30_000);

  // @see docs/reference/contract.md#case-199
  it('is down at the start ends with 255 after about 10 s without an election, and waits for the lease with one', async () => {
    const api = await LeaseApi.start();
    const { port, url } = api;
    await api[Symbol.asyncDispose]();
    const startedAt = systemClock.monotonic();
    const alone = run(url, '--leader-elect=false');
    const electing = run(url);
    expect(await alone.exitCode).toBe(255);
    const tookMs = systemClock.monotonic() - startedAt;
    expect(tookMs).toBeGreaterThan(9_500);
    expect(tookMs).toBeLessThan(30_000);
    expect(alone.log).toContain(`the API server ${url} is not healthy after 10 s`);
    expect(electing.hasExited).toBe(false);
    expect(electing.log).toContain('the lease could not be acquired, retrying');
    await using back = await LeaseApi.start(port);
    await until('it leads', () => contexts.has('worker'));
    expect(back.lease?.spec?.holderIdentity).not.toBe('');
    await electing.stop();
  }, 60_000);
});

import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry, systemClock } from '@k8s-ccm/controller-runtime';
import type { Answer } from '../http/endpoint.ts';
import { managerEndpoints } from './manager-endpoints.ts';

function create(isProfiling = true) {
  const metrics = new MetricsRegistry();
  metrics.counter({ name: 'things_total', help: 'Things.' }).inc();
  const verbosity = { value: 0 };
  const well = [{ name: 'leaderElection', isHealthy: () => true }];
  const ill = [
    { name: 'nodes', isHealthy: () => true, detail: () => '7 of them' },
    { name: 'services', isHealthy: () => false },
  ];
  const router = managerEndpoints({
    checks: { healthz: () => well, livez: () => [], readyz: () => ill },
    metrics,
    configz: () => ({ group: { a: 1 } }),
    ...(isProfiling ? { debug: { verbosity } } : {}),
    clock: systemClock,
  });
  const ask = async (target: string, method = 'GET', body = ''): Promise<Answer> => {
    const [path = '', search = ''] = target.split('?');
    const endpoint = router(path);
    if (endpoint === undefined) return { status: 404, body: '' };
    if (!endpoint.methods.includes(method)) return { status: 405, body: '' };
    const query = new URLSearchParams(search);
    const { signal } = new AbortController();
    return endpoint.answer({ method, path, query, body: async () => body, signal });
  };
  return { ask, verbosity };
}

describe('managerEndpoints', () => {
  it.each([
    ['/healthz', 200, 'ok'],
    ['/healthz?verbose', 200, '[+]leaderElection ok\nhealthz check passed\n'],
    ['/livez?verbose', 200, '[+]ping ok\nlivez check passed\n'],
    [
      '/readyz',
      500,
      '[+]nodes ok: 7 of them\n[-]services failed: reason withheld\nreadyz check failed\n',
    ],
    ['/readyz?exclude=services', 200, 'ok'],
    ['/readyz/nodes', 200, 'ok'],
    ['/readyz/services', 500, '[-]services failed: reason withheld\nservices check failed\n'],
    ['/readyz/none', 404, ''],
    ['/readyz/', 404, ''],
    ['/readyz/nodes/', 404, ''],
    ['/configz', 200, '{"group":{"a":1}}\n'],
    ['/other', 404, ''],
  ])('answers %s with %i', async (target, status, body) => {
    expect(await create().ask(target)).toMatchObject({ status, body });
  });

  it('shows the metrics', async () => {
    const { body, contentType } = await create().ask('/metrics');
    expect(body).toContain('things_total 1');
    expect(contentType).toContain('text/plain');
  });

  it('counts health checks apart, until that is reset', async () => {
    const { ask } = create();
    await ask('/readyz');
    await ask('/readyz?exclude=services');
    const { body } = await ask('/metrics/slis');
    expect(body).toContain('kubernetes_healthcheck{name="nodes",type="readyz"} 1');
    expect(body).toContain('kubernetes_healthcheck{name="services",type="readyz"} 0');
    expect(body).toContain(
      'kubernetes_healthchecks_total{name="nodes",type="readyz",status="success"} 2',
    );
    expect(body).toContain(
      'kubernetes_healthchecks_total{name="services",type="readyz",status="error"} 1',
    );
    expect(await ask('/metrics/slis', 'DELETE')).toMatchObject({ body: 'metrics reset\n' });
    expect((await ask('/metrics/slis')).body.trim()).toBe('');
  });

  it('sets the verbosity', async () => {
    const { ask, verbosity } = create();
    expect(await ask('/debug/flags/v', 'PUT', '4\n')).toMatchObject({ status: 200 });
    expect(verbosity.value).toBe(4);
    for (const text of ['', '-1', 'x', '1.5', '1e3']) {
      expect(await ask('/debug/flags/v', 'PUT', text)).toMatchObject({ status: 400 });
    }
    expect(verbosity.value).toBe(4);
    expect(await ask('/debug/flags/v')).toMatchObject({ status: 405 });
  });

  it('makes one profile at a time', async () => {
    const { ask } = create();
    const [cpu, other] = await Promise.all([
      ask('/debug/pprof/profile?seconds=0.2'),
      ask('/debug/pprof/heap?seconds=0.2'),
    ]);
    expect(JSON.parse(cpu.body)).toMatchObject({ nodes: expect.any(Array) });
    expect(other.status).toBe(409);
    const heap = await ask('/debug/pprof/heap?seconds=0.05');
    expect(JSON.parse(heap.body)).toMatchObject({ head: expect.any(Object) });
    expect((await ask('/debug/pprof/profile?seconds=301')).status).toBe(400);
    expect((await ask('/debug/pprof/')).body).toContain('profile?seconds=30');
  });

  it.each(['/debug/pprof/', '/debug/pprof/profile', '/debug/flags/v'])(
    'has no %s without profiling',
    async (path) => {
      expect(await create(false).ask(path)).toMatchObject({ status: 404 });
    },
  );
});

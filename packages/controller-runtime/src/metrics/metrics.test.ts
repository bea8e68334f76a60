import { describe, expect, it } from '@jest/globals';
import { exponentialBuckets, MetricConflictError, MetricsRegistry } from './metrics.ts';

describe('MetricsRegistry', () => {
  it('renders the help, type and value of each metric', async () => {
    const metrics = new MetricsRegistry();
    const syncs = metrics.counter({
      name: 'syncs_total',
      help: 'Number of syncs.',
      labels: ['result'],
    });
    syncs.inc({ result: 'success' });
    syncs.add(2, { result: 'success' });
    syncs.add(0, { result: 'error' });
    const depth = metrics.gauge({ name: 'depth', help: 'Keys that wait.', stability: 'BETA' });
    depth.set(7);
    depth.add(-3);
    metrics
      .histogram({ name: 'duration_seconds', help: 'How long.', buckets: [0.1, 1] })
      .observe(0.5);

    const lines = (await metrics.render()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '# HELP syncs_total Number of syncs.',
        '# TYPE syncs_total counter',
        'syncs_total{result="success"} 3',
        'syncs_total{result="error"} 0',
        '# HELP depth [BETA] Keys that wait.',
        '# TYPE depth gauge',
        'depth 4',
        '# TYPE duration_seconds histogram',
        'duration_seconds_bucket{le="0.1"} 0',
        'duration_seconds_bucket{le="1"} 1',
        'duration_seconds_bucket{le="+Inf"} 1',
        'duration_seconds_sum 0.5',
        'duration_seconds_count 1',
      ]),
    );
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('returns the same metric for equal definitions', async () => {
    const metrics = new MetricsRegistry();
    for (const labels of [['name'], ['name']] as const) {
      metrics.counter({ help: 'Adds.', name: 'adds_total', labels }).inc({ name: 'a' });
    }
    expect(await metrics.render()).toContain('adds_total{name="a"} 2');
  });

  const definition = { name: 'm', help: 'M.', labels: ['a'], buckets: [1, 2] } as const;
  it.each([
    ['type', (metrics: MetricsRegistry) => metrics.gauge(definition)],
    ['help', (metrics: MetricsRegistry) => metrics.histogram({ ...definition, help: 'Other.' })],
    ['labels', (metrics: MetricsRegistry) => metrics.histogram({ ...definition, labels: ['b'] })],
    ['buckets', (metrics: MetricsRegistry) => metrics.histogram({ ...definition, buckets: [1] })],
  ])('rejects a second metric with the same name and a different %s', (_, define) => {
    const metrics = new MetricsRegistry();
    metrics.histogram(definition);
    expect(() => define(metrics)).toThrow(MetricConflictError);
  });

  it('shows a series before its first value and removes it again', async () => {
    const metrics = new MetricsRegistry();
    metrics
      .histogram({ name: 'h', help: 'H.', labels: ['name'], buckets: [1] })
      .zero({ name: 'a' });
    const gauge = metrics.gauge({ name: 'g', help: 'G.', labels: ['name'] });
    gauge.set(1, { name: 'a' });
    expect(await metrics.render()).toContain('h_count{name="a"} 0');
    expect(await metrics.render()).toContain('g{name="a"} 1');
    gauge.remove({ name: 'a' });
    expect(await metrics.render()).not.toContain('g{name="a"}');
  });

  it('calls back before it renders, until the callback is removed', async () => {
    const metrics = new MetricsRegistry();
    const gauge = metrics.gauge({ name: 'age', help: 'Age.' });
    let age = 0;
    const end = metrics.beforeRender(() => gauge.set((age += 1)));
    expect(await metrics.render()).toContain('age 1');
    end();
    expect(await metrics.render()).toContain('age 1');
  });

  it('provides the metrics of the process', async () => {
    const metrics = new MetricsRegistry();
    metrics.collectProcessMetrics();
    const text = await metrics.render();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('exponentialBuckets', () => {
  it('has bounds without rounding errors', () => {
    expect(exponentialBuckets(10e-9, 10, 10)).toEqual([
      1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10,
    ]);
  });
});

import type { Clock } from '../time/clock.ts';
import { exponentialBuckets, type MetricsRegistry } from '../metrics/metrics.ts';

/** Metrics of one queue, with upstream's names (contract.md#manager-metrics). */
export interface WorkQueueMetrics {
  /** Records that a key was added. */
  added(key: string): void;
  /** Records that a worker took the key. */
  taken(key: string): void;
  /** Records that the worker is done with the key. */
  done(key: string): void;
  /** Records that a key was added with a delay. */
  retried(): void;
  /** Stops reporting work in progress. */
  close(): void;
}

const buckets = exponentialBuckets(10e-9, 10, 10);

/** Used if no registry is given. */
export const noWorkQueueMetrics: WorkQueueMetrics = {
  added: () => undefined,
  taken: () => undefined,
  done: () => undefined,
  retried: () => undefined,
  close: () => undefined,
};

/** Registers `workqueue_*{name}` and makes every series of this queue visible from the start. */
export function workQueueMetrics(
  name: string,
  registry: MetricsRegistry,
  clock: Clock,
): WorkQueueMetrics {
  const common = { labels: ['name'], stability: 'BETA' } as const;
  const series = { name };
  const depth = registry.gauge({
    ...common,
    name: 'workqueue_depth',
    help: 'Current depth of workqueue',
  });
  const adds = registry.counter({
    ...common,
    name: 'workqueue_adds_total',
    help: 'Total number of adds handled by workqueue',
  });
  const queueDuration = registry.histogram({
    ...common,
    name: 'workqueue_queue_duration_seconds',
    help: 'How long in seconds an item stays in workqueue before being requested.',
    buckets,
  });
  const workDuration = registry.histogram({
    ...common,
    name: 'workqueue_work_duration_seconds',
    help: 'How long in seconds processing an item from workqueue takes.',
    buckets,
  });
  const unfinished = registry.gauge({
    ...common,
    name: 'workqueue_unfinished_work_seconds',
    help:
      "How many seconds of work has done that is in progress and hasn't been observed by work_duration. " +
      'Large values indicate stuck threads. One can deduce the number of stuck threads by observing the rate ' +
      'at which this increases.',
  });
  const longestRunning = registry.gauge({
    ...common,
    name: 'workqueue_longest_running_processor_seconds',
    help: 'How many seconds has the longest running processor for workqueue been running.',
  });
  const retries = registry.counter({
    ...common,
    name: 'workqueue_retries_total',
    help: 'Total number of retries handled by workqueue',
  });

  const addedAt = new Map<string, number>();
  const takenAt = new Map<string, number>();
  const secondsSince = (moment: number): number => (clock.monotonic() - moment) / 1000;
  // Upstream sets these two twice a second. Setting them before each render costs less and is exact.
  const reportRunning = (): void => {
    const ages = [...takenAt.values()].map(secondsSince);
    unfinished.set(
      ages.reduce((sum, age) => sum + age, 0),
      series,
    );
    longestRunning.set(Math.max(0, ...ages), series);
  };

  depth.set(0, series);
  adds.add(0, series);
  retries.add(0, series);
  queueDuration.zero(series);
  workDuration.zero(series);
  reportRunning();
  const close = registry.beforeRender(reportRunning);

  return {
    added: (key) => {
      adds.inc(series);
      depth.add(1, series);
      if (!addedAt.has(key)) addedAt.set(key, clock.monotonic());
    },
    taken: (key) => {
      depth.add(-1, series);
      const added = addedAt.get(key);
      if (added !== undefined) queueDuration.observe(secondsSince(added), series);
      addedAt.delete(key);
      takenAt.set(key, clock.monotonic());
    },
    done: (key) => {
      const taken = takenAt.get(key);
      if (taken !== undefined) workDuration.observe(secondsSince(taken), series);
      takenAt.delete(key);
    },
    retried: () => retries.inc(series),
    close,
  };
}

import { ProcessMetricName } from '@k8s-ccm/cloud-provider';
import type { Clock, MetricsRegistry, Timer } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';

/** Options of {@link watchEventLoopDelay}. */
export interface EventLoopDelayOptions {
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The measuring interval: short compared with a lease duration, at negligible cost. */
const periodMs = 100;
/** Delays of at least this many milliseconds are logged. */
const remarkableMs = 500;
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Measures ten times a second how late timers fire: during that time the process could do nothing else, such as
 * renew its Lease. The metric is a histogram, so that no delay is lost between scrapes.
 */
export function watchEventLoopDelay({ metrics, clock, log }: EventLoopDelayOptions): Disposable {
  const delays = metrics.histogram({
    name: ProcessMetricName.EventLoopDelaySeconds,
    help: 'Delay of timers, during which the process could do nothing else',
    buckets,
  });
  delays.zero();
  let timer: Timer;
  const arm = (): void => {
    const dueAt = clock.monotonic() + periodMs;
    timer = clock.timer(periodMs, () => {
      const delayMs = Math.max(0, clock.monotonic() - dueAt);
      delays.observe(delayMs / 1000);
      if (delayMs >= remarkableMs) log.warn('the event loop was blocked', { delayMs });
      arm();
    });
  };
  arm();
  return { [Symbol.dispose]: () => timer.cancel() };
}

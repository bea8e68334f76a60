import { ProcessMetricName } from '@k8s-ccm/cloud-provider';
import type { Clock, MetricsRegistry, Timer } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';

/** What the delay of the event loop is measured with. */
export interface EventLoopDelayOptions {
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Often enough to see what matters to a lease, and seldom enough to cost nothing. */
const periodMs = 100;
/** From here on the log tells of it: somebody did long work in one go. */
const remarkableMs = 500;
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Measures ten times a second how much later than asked for a timer fires: for so long nothing else
 * could be done, renewals of the lease included. A histogram, so that nothing is lost between two
 * looks and several may look.
 */
export function watchEventLoopDelay({ metrics, clock, log }: EventLoopDelayOptions): Disposable {
  const delays = metrics.histogram({
    name: ProcessMetricName.EventLoopDelaySeconds,
    help: 'How much later than asked for a timer fired: for so long the process could do nothing else',
    buckets,
  });
  delays.zero();
  let timer: Timer;
  const arm = (): void => {
    const dueAt = clock.monotonic() + periodMs;
    timer = clock.timer(periodMs, () => {
      const delayMs = Math.max(0, clock.monotonic() - dueAt);
      delays.observe(delayMs / 1000);
      if (delayMs >= remarkableMs) log.warn('the process stood still', { delayMs });
      arm();
    });
  };
  arm();
  return { [Symbol.dispose]: () => timer.cancel() };
}

import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry, systemClock } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { silentLogger } from '@k8s-ccm/foundation';
import type { LogFields } from '@k8s-ccm/foundation';
import { watchEventLoopDelay } from './event-loop-delay.ts';

/** How many delays were longer than each bound. */
function longer(text: string, ...bounds: readonly string[]): readonly number[] {
  const upTo = (bound: string): number => {
    const start = `event_loop_delay_seconds_bucket{le="${bound}"} `;
    const line = text.split('\n').find((each) => each.startsWith(start));
    return Number(line?.slice(start.length));
  };
  return bounds.map((bound) => upTo('+Inf') - upTo(bound));
}

describe('watchEventLoopDelay', () => {
  it('measures ten times a second, and nothing after its end', async () => {
    const clock = new FakeClock();
    const metrics = new MetricsRegistry();
    const watching = watchEventLoopDelay({ metrics, clock, log: silentLogger });
    expect(await metrics.render()).toContain('event_loop_delay_seconds_count 0');
    await clock.advance(1000);
    expect(await metrics.render()).toContain('event_loop_delay_seconds_count 10');
    expect(longer(await metrics.render(), '0.005')).toEqual([0]);
    watching[Symbol.dispose]();
    expect(clock.timers).toEqual([]);
  });

  it('sees a second in which nothing could be done, and says so', async () => {
    const clock = new FakeClock();
    const metrics = new MetricsRegistry();
    const lines: [string, LogFields | undefined][] = [];
    const log = {
      ...silentLogger,
      warn: (message: string, fields?: LogFields) => lines.push([message, fields]),
    };
    using _ = watchEventLoopDelay({ metrics, clock, log });
    await clock.stall(1200);
    await clock.advance(1000);
    expect(longer(await metrics.render(), '0.5', '1', '2.5')).toEqual([1, 1, 0]);
    expect(lines).toEqual([['the event loop was blocked', { delayMs: 1100 }]]);
  });

  it('sees that a real process was busy for a second', async () => {
    const metrics = new MetricsRegistry();
    metrics.collectProcessMetrics();
    using _ = watchEventLoopDelay({ metrics, clock: systemClock, log: silentLogger });
    await systemClock.sleep(10);
    const end = systemClock.monotonic() + 1000;
    while (systemClock.monotonic() < end) JSON.stringify(Array.from({ length: 100 }));
    await systemClock.sleep(200);
    const text = await metrics.render();
    expect(longer(text, '0.5')).toEqual([1]);
    const [, max] = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text) ?? [];
    expect(Number(max)).toBeGreaterThan(0.5);
  });
});

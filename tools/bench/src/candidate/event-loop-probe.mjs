// Loaded into a Node process before its program (`node --import`). Answers each message of the parent
// with the longest stall of the event loop and the longest pause for garbage since the message before.
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

const resolutionMs = 2;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
delays.enable();

let longestGcMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestGcMs = Math.max(longestGcMs, duration);
}).observe({ entryTypes: ['gc'] });

process.on('message', () => {
  process.send?.({
    longestStallMs: Math.max(0, delays.max / 1e6 - resolutionMs),
    longestGcMs,
  });
  delays.reset();
  longestGcMs = 0;
});
// The program shall end as it does without the probe.
process.channel?.unref();

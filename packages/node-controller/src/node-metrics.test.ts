import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { NodeMetrics } from './node-metrics.ts';

const taintRemoval = 'node_controller_cloud_provider_taint_removal_delay_seconds';
const initialSync = 'node_controller_initial_node_sync_delay_seconds';

/** What is rendered after the Node of this creation time was initialized at 00:01:00. */
async function rendered(creationTimestamp: string | undefined): Promise<string> {
  const registry = new MetricsRegistry();
  const clock = new FakeClock({ now: Date.parse('2026-01-01T00:01:00Z') });
  const metrics = new NodeMetrics(clock, registry);
  const node = { metadata: creationTimestamp === undefined ? {} : { creationTimestamp } };
  metrics.taintRemoved(node);
  await clock.advance(500);
  metrics.synced(node);
  return registry.render();
}

describe('NodeMetrics', () => {
  it('counts seconds since the creation of the node', async () => {
    const text = await rendered('2026-01-01T00:00:50Z');
    for (const line of [
      `${taintRemoval}_sum 10`,
      `${taintRemoval}_bucket{le="4"} 0`,
      `${taintRemoval}_bucket{le="16"} 1`,
      `${initialSync}_sum 10.5`,
      `${initialSync}_count 1`,
    ]) {
      expect(text).toContain(`${line}\n`);
    }
  });

  it("has upstream's buckets", async () => {
    const text = await rendered('2026-01-01T00:00:50Z');
    const bounds = [...text.matchAll(/initial_node_sync\S+_bucket\{le="([^"]+)"\}/g)];
    expect(bounds.map(([, bound]) => bound)).toEqual(['1', '4', '16', '64', '256', '1024', '+Inf']);
  });

  it('takes a creation in the future for now', async () => {
    expect(await rendered('2026-01-01T00:02:00Z')).toContain(`${initialSync}_sum 0\n`);
  });

  it('counts no node whose creation is not known', async () => {
    expect(await rendered(undefined)).toContain(`${initialSync}_count 0\n`);
  });
});

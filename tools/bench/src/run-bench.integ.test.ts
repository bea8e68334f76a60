import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CandidateResult } from './results/bench-result.ts';
import { runBench } from './run-bench.ts';

const bundle = join(import.meta.dirname, '../../../apps/ccm/dist/bundle/ccm.mjs');
const settings = { scenario: 'services', services: 3, ports: 1, nodes: 2, latencyMs: 1 };

/** The same command as another one's; it must then show the same. */
const command = `'${process.execPath}' '${bundle}' --kubeconfig={kubeconfig} --cloud-provider=inspur --cloud-config={cloudConfig} --cluster-name=other --leader-elect=false --secure-port=0`;

function shown({ phases }: CandidateResult): unknown {
  return phases.map(({ name, cloudCalls, apiWrites }) => ({
    name,
    created: cloudCalls['CreateListener'] ?? 0,
    added: cloudCalls['AddMembers'] ?? 0,
    deleted: cloudCalls['DeleteListener'] ?? 0,
    statusWrites: apiWrites['patch services/status'] ?? 0,
  }));
}

const expected = [
  { name: 'create', created: 3, added: 3, deleted: 0, statusWrites: 6 },
  { name: 'join', created: 0, added: 3, deleted: 0, statusWrites: 0 },
  { name: 'delete', created: 0, added: 0, deleted: 3, statusWrites: 3 },
];

describe('runBench', () => {
  it('puts ours and another command under the same load and counts what each does', async () => {
    const lines: string[] = [];
    const result = await runBench(
      {
        settings,
        rounds: 1,
        json: false,
        record: false,
        against: { command, cloudConfig: 'yaml' },
      },
      { signal: new AbortController().signal, say: (line) => lines.push(line) },
    );
    expect(shown(result.ours)).toEqual(expected);
    expect(result.against === undefined ? undefined : shown(result.against)).toEqual(expected);
    for (const { wallMs, loadMs, peakRssBytes } of result.ours.phases) {
      expect(wallMs).toBeGreaterThan(0);
      expect(loadMs).toBeGreaterThan(0);
      expect(peakRssBytes).toBeGreaterThan(20 * 1024 * 1024);
    }
    // Only ours carries the probe.
    expect(result.ours.phases.every(({ longestStallMs }) => longestStallMs !== undefined)).toBe(
      true,
    );
    expect(result.against?.phases.some(({ longestStallMs }) => longestStallMs !== undefined)).toBe(
      false,
    );
    expect(lines.filter((line) => line.includes('round'))).toEqual([
      'ours, round 1 of 1',
      'against, round 1 of 1',
    ]);
  }, 180_000);
});

import type { BenchResult, CandidateResult, PhaseResult } from '../results/bench-result.ts';

/** A phase's result that differs from a plain one in the given fields; for tests. */
export function examplePhase(fields: Partial<PhaseResult> = {}): PhaseResult {
  return {
    name: 'create',
    title: 'all are there',
    wallMs: 2000,
    loadMs: 500,
    lastCloudCallMs: 1900,
    cloudCalls: { AddMembers: 4, CreateListener: 2 },
    apiWrites: { 'create events': 2 },
    apiReads: {},
    cpuSeconds: 1,
    cpuWaitSeconds: 0.25,
    peakRssBytes: 80 * 1024 * 1024,
    load: { benchCpuSeconds: 0.1, emulatorCpuSeconds: 0.2 },
    ...fields,
  };
}

/** A candidate's result with these phases; for tests. */
export function exampleCandidate(
  phases: readonly PhaseResult[] = [examplePhase()],
  fields: Partial<CandidateResult> = {},
): CandidateResult {
  return {
    phases,
    startMs: 250,
    peakRssBytes: 90 * 1024 * 1024,
    cpuSeconds: 1.5,
    ...fields,
  };
}

/** A run's result that differs from a plain one in the given fields; for tests. */
export function exampleResult(fields: Partial<BenchResult> = {}): BenchResult {
  return {
    formatVersion: 1,
    at: '2026-01-31T12:30:00.123Z',
    commit: 'abc1234',
    machine: { cpus: 2, platform: 'linux-x64', node: '24.0.0' },
    settings: { scenario: 'services', services: 2, ports: 1, nodes: 3, latencyMs: 20 },
    rounds: 1,
    ours: exampleCandidate(),
    ...fields,
  };
}

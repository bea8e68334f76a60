import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { systemClock } from '@k8s-ccm/controller-runtime';
import type { BenchResult, CandidateResult } from './results/bench-result.ts';
import { candidatesOf } from './candidate/candidate.ts';
import type { BenchOptions } from './command-line.ts';
import { medianRound } from './results/median-round.ts';
import { runCandidate } from './run/run-candidate.ts';
import { scenarioOf } from './scenarios.ts';

/** Runs all rounds, each candidate after the other in each of them. */
export async function runBench(
  options: BenchOptions,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (line: string) => void },
): Promise<BenchResult> {
  const { settings, rounds } = options;
  const scenario = scenarioOf(settings.scenario);
  const commit = await shortCommit();
  const candidates = candidatesOf(options);
  const results = new Map<string, CandidateResult[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const candidate of candidates) {
      say(`${candidate.name}, round ${round} of ${rounds}`);
      const result = await runCandidate(candidate, scenario, { settings, signal, say });
      results.set(candidate.name, [...(results.get(candidate.name) ?? []), result]);
    }
  }
  const against = results.get('against');
  return {
    formatVersion: 1,
    at: new Date(systemClock.now()).toISOString(),
    commit,
    machine: {
      cpus: cpus().length,
      platform: `${process.platform}-${process.arch}`,
      node: process.versions.node,
    },
    settings,
    rounds,
    ours: medianRound(results.get('ours') ?? []),
    ...(against === undefined ? {} : { against: medianRound(against) }),
  };
}

async function shortCommit(): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
  });
  return stdout.trim();
}

import type { CandidateResult } from './bench-result.ts';

/**
 * Of several rounds of one candidate: for each phase the round with the median wall time (of an even number the
 * slower one), and the median of what belongs to the whole process, but the highest peak of memory.
 * @throws RangeError without a round
 */
export function medianRound(rounds: readonly CandidateResult[]): CandidateResult {
  const [first] = rounds;
  if (first === undefined) throw new RangeError('no round');
  return {
    phases: first.phases.map((_, index) =>
      median(
        rounds.flatMap(({ phases }) => phases.slice(index, index + 1)),
        ({ wallMs }) => wallMs,
      ),
    ),
    startMs: median(rounds, ({ startMs }) => startMs).startMs,
    peakRssBytes: Math.max(...rounds.map(({ peakRssBytes }) => peakRssBytes)),
    cpuSeconds: median(rounds, ({ cpuSeconds }) => cpuSeconds).cpuSeconds,
  };
}

function median<T>(items: readonly T[], by: (item: T) => number): T {
  const middle = items.toSorted((a, b) => by(a) - by(b))[Math.floor(items.length / 2)];
  if (middle === undefined) throw new RangeError('no round');
  return middle;
}

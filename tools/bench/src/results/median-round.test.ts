import { describe, expect, it } from '@jest/globals';
import { medianRound } from './median-round.ts';
import { exampleCandidate, examplePhase } from '../testing/example-result.ts';

function round(create: number, join: number, rss: number, cpuSeconds: number) {
  const phases = [
    examplePhase({ name: 'create', wallMs: create, cpuSeconds: create / 1000 }),
    examplePhase({ name: 'join', wallMs: join }),
  ];
  return exampleCandidate(phases, { peakRssBytes: rss, cpuSeconds, startMs: create });
}

describe('medianRound', () => {
  it('takes each phase from the round whose wall time is the median', () => {
    const median = medianRound([
      round(3000, 10, 7, 5),
      round(1000, 30, 9, 4),
      round(2000, 20, 8, 6),
    ]);
    expect(median.phases.map(({ wallMs }) => wallMs)).toEqual([2000, 20]);
    expect(median.phases[0]?.cpuSeconds).toBe(2);
    expect(median).toMatchObject({ peakRssBytes: 9, cpuSeconds: 5, startMs: 2000 });
  });

  it('takes the slower one of two', () => {
    expect(medianRound([round(3, 1, 1, 1), round(4, 1, 1, 1)]).phases[0]?.wallMs).toBe(4);
  });

  it('refuses to make one of nothing', () => {
    expect(() => medianRound([])).toThrow(RangeError);
  });
});

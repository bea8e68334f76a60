import { describe, expect, it } from '@jest/globals';
import { reportText } from './report.ts';
import { servicesScenario } from '../services/services-scenario.ts';
import { exampleCandidate, examplePhase, exampleResult } from '../testing/example-result.ts';

const fast = examplePhase({ wallMs: 1000, longestStallMs: 12.4 });
const slow = examplePhase({ wallMs: 4000, cloudCalls: { AddMembers: 8, ListMembers: 1 } });

describe('reportText', () => {
  it('shows ours alone', () => {
    const text = reportText(exampleResult(), undefined, servicesScenario);
    expect(text.split('\n').slice(0, 3)).toEqual([
      '2 Services × 1 ports, 3 nodes, cloud latency 20 ms',
      '2 CPUs, linux-x64, Node 24.0.0, one round',
      '',
    ]);
    expect(text).toMatch(/^ {2}wall time +2\.00 s$/m);
    expect(text).toMatch(/^ {2}cloud calls per Service +3$/m);
  });

  it('shows the other beside ours, with the ratio ours to theirs', () => {
    const result = exampleResult({
      ours: exampleCandidate([fast]),
      against: exampleCandidate([slow]),
    });
    const text = reportText(result, undefined, servicesScenario);
    expect(text).toMatch(/^ +ours +against +ratio$/m);
    expect(text).toMatch(/^ {2}wall time +1\.00 s +4\.00 s +0\.25$/m);
    expect(text).toMatch(/^ {4}CreateListener +1$/m);
    expect(text).toMatch(/^ {4}ListMembers +0\.5$/m);
    expect(text).toMatch(/^ {2}longest stall +12 ms$/m);
  });

  it('shows the recorded run, with the ratio now to then', () => {
    const recorded = exampleResult({ commit: 'def5678', ours: exampleCandidate([slow]) });
    const text = reportText(exampleResult(), recorded, servicesScenario);
    expect(text).toMatch(/^ +ours +at def5678 +ratio$/m);
    expect(text).toMatch(/^ {2}wall time +2\.00 s +4\.00 s +0\.50$/m);
  });
});

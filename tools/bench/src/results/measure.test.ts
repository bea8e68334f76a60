import { describe, expect, it } from '@jest/globals';
import { measuresOf } from './measure.ts';
import { exampleCandidate, examplePhase } from '../testing/example-result.ts';

const per = { units: 2, unit: 'Service' };

describe('measuresOf', () => {
  it('gives counts per unit, times in seconds and memory in MiB', () => {
    const [phase, whole] = measuresOf(exampleCandidate(), per);
    const values = Object.fromEntries(phase?.measures.map(({ key, value }) => [key, value]) ?? []);
    expect(values).toEqual({
      'create.wall': 2,
      'create.load': 0.5,
      'create.lastCloudCall': 1.9,
      'create.cloudCallsTotal': 6,
      'create.cloudCalls': 3,
      'create.cloudCalls.AddMembers': 2,
      'create.cloudCalls.CreateListener': 1,
      'create.apiWrites': 1,
      'create.apiWrites.create events': 1,
      'create.apiReads': 0,
      'create.cpu': 1,
      'create.cpuWait': 0.25,
      'create.rss': 80,
    });
    expect(whole?.measures.map(({ key, value }) => [key, value])).toEqual([
      ['start', 0.25],
      ['cpu', 1.5],
      ['rss', 90],
    ]);
  });

  it('gives stalls only where they were measured', () => {
    const phase = examplePhase({ longestStallMs: 12, longestGcMs: 3 });
    const [measures] = measuresOf(exampleCandidate([phase]), per);
    expect(measures?.measures.slice(-2)).toEqual([
      { key: 'create.stall', label: 'longest stall', unit: 'ms', value: 12 },
      { key: 'create.gc', label: 'longest garbage pause', unit: 'ms', value: 3 },
    ]);
  });
});

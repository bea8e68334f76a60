import { describe, expect, it } from '@jest/globals';
import { parseCpuSeconds, parseCpuWait, parsePeakRss, readProcessUsage } from './process-usage.ts';

describe('parseCpuSeconds', () => {
  it.each(['(node)', '(a (b) 1 2)'])('adds user and system time behind the name %s', (name) => {
    const stat = `42 ${name} S 1 42 42 0 -1 4194304 1000 0 0 0 250 75 9 9 20 0 11 0 123 456 789`;
    expect(parseCpuSeconds(stat)).toBe(3.25);
  });

  it('refuses what it does not know', () => {
    expect(() => parseCpuSeconds('42 (node) S 1')).toThrow('unexpected /proc stat');
  });
});

describe('parsePeakRss', () => {
  it('reads the peak, not the size of now', () => {
    expect(parsePeakRss('Name:\tnode\nVmHWM:\t    2048 kB\nVmRSS:\t 1024 kB\n')).toBe(2_097_152);
  });

  it('says that a process has ended', () => {
    expect(() => parsePeakRss('Name:\tnode\nState:\tZ (zombie)\n')).toThrow('has ended');
  });
});

describe('parseCpuWait', () => {
  it('reads the time on the run queue', () => {
    expect(parseCpuWait('637179 2500000000 3\n')).toBe(2.5);
  });

  it('refuses what it does not know', () => {
    expect(() => parseCpuWait('')).toThrow('unexpected schedstat');
  });
});

describe('readProcessUsage', () => {
  it('agrees with what a process knows of itself', async () => {
    const { cpuSeconds, cpuWaitSeconds, peakRssBytes } = await readProcessUsage(process.pid);
    const { user, system } = process.cpuUsage();
    expect(Math.abs(cpuSeconds - (user + system) / 1e6)).toBeLessThan(0.5);
    expect(cpuWaitSeconds).toBeGreaterThan(0);
    expect(peakRssBytes).toBeGreaterThan(20 * 1024 * 1024);
  });
});

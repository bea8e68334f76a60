import { describe, expect, it } from '@jest/globals';
import { healthReport } from './health-checks.ts';
import type { HealthCheck, HealthQuery } from './health-checks.ts';

const well: HealthCheck = { name: 'service-lb-controller', isHealthy: () => true };
const ill: HealthCheck = { name: 'leaderElection', isHealthy: () => false };
const checks = [well, ill];
const brief = { verbose: false, exclude: [] };
const verbose = { ...brief, verbose: true };

describe('healthReport', () => {
  it.each<[string, readonly HealthCheck[], HealthQuery, number, string]>([
    ['with no checks', [], brief, 200, 'ok'],
    ['with no checks at length', [], verbose, 200, '[+]ping ok\nhealthz check passed\n'],
    ['when all is well', [well], brief, 200, 'ok'],
    [
      'when asked for more',
      [well, { ...well, name: 'cloud', detail: () => '3s ago' }],
      verbose,
      200,
      '[+]service-lb-controller ok\n[+]cloud ok: 3s ago\nhealthz check passed\n',
    ],
    [
      'when a check fails',
      checks,
      brief,
      500,
      '[+]service-lb-controller ok\n[-]leaderElection failed: reason withheld\nhealthz check failed\n',
    ],
    [
      'when a check fails that says why',
      [{ ...ill, detail: () => 'too long ago' }],
      brief,
      500,
      '[-]leaderElection failed: too long ago\nhealthz check failed\n',
    ],
    [
      'when the failing check is excluded',
      checks,
      { ...brief, exclude: ['leaderElection'] },
      200,
      'ok',
    ],
    [
      'when an unknown check is excluded',
      checks,
      { verbose: true, exclude: ['leaderElection', 'other'] },
      200,
      '[+]service-lb-controller ok\n[+]leaderElection excluded: ok\nwarn: some health checks cannot be excluded: no matches for "other"\nhealthz check passed\n',
    ],
  ])('answers %s', (_when, given, query, status, body) => {
    expect(healthReport('healthz', given, query)).toEqual({ status, body });
  });

  it('tells of each check that counted', () => {
    const told: unknown[] = [];
    healthReport('healthz', checks, brief, (result) => told.push(result));
    expect(told).toEqual([
      { name: 'service-lb-controller', isHealthy: true },
      { name: 'leaderElection', isHealthy: false },
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { healthReport } from './health-checks.ts';

const checks = [
  { name: 'service-lb-controller', isHealthy: () => true },
  { name: 'leaderElection', isHealthy: () => false },
];
const brief = { verbose: false, exclude: [] };

describe('healthReport', () => {
  it.each([
    ['with no checks', [], brief, 200, 'ok'],
    ['when all is well', checks.slice(0, 1), brief, 200, 'ok'],
    [
      'when asked for more',
      checks.slice(0, 1),
      { ...brief, verbose: true },
      200,
      '[+]service-lb-controller ok\nhealthz check passed\n',
    ],
    [
      'when a check fails',
      checks,
      brief,
      500,
      '[+]service-lb-controller ok\n[-]leaderElection failed: reason withheld\nhealthz check failed\n',
    ],
    [
      'when the failing check is excluded',
      checks,
      { ...brief, exclude: ['leaderElection'] },
      200,
      'ok',
    ],
  ])('answers %s', (_when, given, query, status, body) => {
    expect(healthReport('/healthz', given, query)).toEqual({ status, body });
  });
});

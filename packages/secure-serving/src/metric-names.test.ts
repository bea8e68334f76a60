import { describe, expect, it } from '@jest/globals';
import { HealthMetricName, ServingMetricName } from './index.ts';

describe('the names of metrics', () => {
  // @see docs/reference/contract.md#manager-metrics
  it("are upstream's for health checks, and ours for the files of the secure port", () => {
    expect([HealthMetricName, ServingMetricName].flatMap((group) => Object.values(group))).toEqual([
      'kubernetes_healthcheck',
      'kubernetes_healthchecks_total',
      'serving_file_reloads_total',
    ]);
  });
});

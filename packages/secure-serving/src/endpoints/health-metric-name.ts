/** Names of the metrics about health checks, on `/metrics/slis` (contract.md#manager-metrics). */
export const HealthMetricName = {
  /** Gauge, 1 or 0. Labels: `name`, `type` (`healthz`, `livez`, `readyz`). */
  HealthCheck: 'kubernetes_healthcheck',
  /** Counter. Labels: `name`, `type`, `status` (`success`, `error`). */
  HealthChecksTotal: 'kubernetes_healthchecks_total',
} as const;

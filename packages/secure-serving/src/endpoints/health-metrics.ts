import { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import type { HealthResult } from './health-checks.ts';
import { HealthMetricName } from './health-metric-name.ts';

/** What came of health checks, counted apart from all other metrics (contract.md#manager-metrics, `/metrics/slis`). */
export class HealthMetrics {
  #registry = new MetricsRegistry();

  /** Counts one check; `type` is the endpoint that asked, such as `readyz`. */
  observe(type: string, { name, isHealthy }: HealthResult): void {
    this.#registry
      .gauge({
        name: HealthMetricName.HealthCheck,
        help: 'This metric records the result of a single healthcheck.',
        labels: ['name', 'type'],
        stability: 'STABLE',
      })
      .set(isHealthy ? 1 : 0, { name, type });
    this.#registry
      .counter({
        name: HealthMetricName.HealthChecksTotal,
        help: 'This metric records the results of all healthcheck.',
        labels: ['name', 'type', 'status'],
        stability: 'STABLE',
      })
      .inc({ name, type, status: isHealthy ? 'success' : 'error' });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  render(): Promise<string> {
    return this.#registry.render();
  }

  /** Forgets everything. */
  reset(): void {
    this.#registry = new MetricsRegistry();
  }
}

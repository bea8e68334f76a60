import { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import type { HealthResult } from './health-checks.ts';
import { HealthMetricName } from './health-metric-name.ts';

/** The metrics of health checks, in a registry of their own (contract.md#manager-metrics, `/metrics/slis`). */
export class HealthMetrics {
  #registry = new MetricsRegistry();

  /** Records the result of a check. `type` is the endpoint, such as `readyz`. */
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

  /** Resets all metrics. */
  reset(): void {
    this.#registry = new MetricsRegistry();
  }
}

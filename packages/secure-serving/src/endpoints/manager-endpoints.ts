import type { Verbosity } from '@k8s-ccm/component-config';
import type { Clock, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { readable } from '../http/endpoint.ts';
import type { Endpoint, Router } from '../http/endpoint.ts';
import { debugEndpoints } from './debug-endpoints.ts';
import { healthEndpoint } from './health-endpoints.ts';
import type { ChecksByEndpoint } from './health-endpoints.ts';
import { HealthMetrics } from './health-metrics.ts';
import { Profiler } from './profiler.ts';

/** Options of {@link managerEndpoints}. */
export interface ManagerEndpointsOptions {
  readonly checks: ChecksByEndpoint;
  readonly metrics: MetricsRegistry;
  /** Returns the content of `/configz` by API group. */
  readonly configz: () => Readonly<Record<string, unknown>>;
  /** Serves `/debug` if present (`--profiling`). */
  readonly debug?: { readonly verbosity: Verbosity };
  readonly clock: Clock;
}

/**
 * Returns the endpoints of the secure port (contract.md#endpoints): metrics, health checks, configuration and,
 * if enabled, debugging.
 */
export function managerEndpoints(options: ManagerEndpointsOptions): Router {
  const { checks, metrics, configz, debug, clock } = options;
  const healthMetrics = new HealthMetrics();
  const fixed = new Map<string, Endpoint>(
    Object.entries({
      '/metrics': readable(async () => ({
        status: 200,
        body: await metrics.render(),
        contentType: metrics.contentType,
      })),
      '/metrics/slis': slis(healthMetrics),
      '/configz': readable(() => ({
        status: 200,
        body: `${JSON.stringify(configz())}\n`,
        contentType: 'application/json',
      })),
      ...(debug === undefined ? {} : debugEndpoints(new Profiler(clock), debug.verbosity)),
    }),
  );
  return (path) => fixed.get(path) ?? healthEndpoint(path, checks, healthMetrics);
}

function slis(metrics: HealthMetrics): Endpoint {
  return {
    methods: ['GET', 'HEAD', 'DELETE'],
    answer: async ({ method }) => {
      if (method === 'DELETE') {
        metrics.reset();
        return { status: 200, body: 'metrics reset\n' };
      }
      return { status: 200, body: await metrics.render(), contentType: metrics.contentType };
    },
  };
}

import { readable } from '../http/endpoint.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { healthReport } from './health-checks.ts';
import type { HealthCheck } from './health-checks.ts';
import type { HealthMetrics } from './health-metrics.ts';

/** The checks of each health endpoint. The functions are called for each request. */
export type ChecksByEndpoint = Readonly<
  Record<'healthz' | 'livez' | 'readyz', () => readonly HealthCheck[]>
>;

/**
 * Returns the endpoint of `/healthz`, `/livez`, `/readyz` or one of their checks, such as `/readyz/ping`. The
 * endpoints accept `?verbose` and any number of `?exclude=<name>`.
 */
export function healthEndpoint(
  path: string,
  checks: ChecksByEndpoint,
  metrics: HealthMetrics,
): Endpoint | undefined {
  const [, type, name, ...rest] = path.split('/');
  if (!isHealthType(type) || rest.length > 0 || name === '') return undefined;
  const all = checks[type];
  if (name === undefined) return endpoint(type, type, all, metrics);
  if (!all().some((check) => check.name === name)) return undefined;
  return endpoint(type, name, () => all().filter((check) => check.name === name), metrics);
}

function endpoint(
  type: keyof ChecksByEndpoint,
  title: string,
  checks: () => readonly HealthCheck[],
  metrics: HealthMetrics,
): Endpoint {
  return readable(({ query }) =>
    healthReport(
      title,
      checks(),
      { verbose: query.has('verbose'), exclude: query.getAll('exclude') },
      (result) => metrics.observe(type, result),
    ),
  );
}

function isHealthType(text: string | undefined): text is keyof ChecksByEndpoint {
  return text === 'healthz' || text === 'livez' || text === 'readyz';
}

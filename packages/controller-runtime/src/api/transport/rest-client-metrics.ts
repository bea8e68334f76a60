import type { Counter, Histogram, MetricsRegistry } from '../../metrics/metrics.ts';

/** Counts requests to the API server, under client-go's names, labels and buckets. */
export interface RestClientMetrics {
  /** `code` is the HTTP status, or `<error>` where none came. */
  readonly requests: Counter<'code' | 'method' | 'host'>;
  /** Until the headers of one attempt, in seconds; watches do not count. */
  readonly duration: Histogram<'verb' | 'host'>;
  /** Spent waiting for the client's own bucket, in seconds. */
  readonly rateLimiterDuration: Histogram<'verb' | 'host'>;
}

const buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** Defines the metrics, or finds them where another client has. */
export function restClientMetrics(registry: MetricsRegistry): RestClientMetrics {
  return {
    requests: registry.counter({
      name: 'rest_client_requests_total',
      help: 'Number of HTTP requests, partitioned by status code, method, and host.',
      labels: ['code', 'method', 'host'],
      stability: 'ALPHA',
    }),
    duration: registry.histogram({
      name: 'rest_client_request_duration_seconds',
      help: 'Request latency in seconds. Broken down by verb, and host.',
      labels: ['verb', 'host'],
      stability: 'ALPHA',
      buckets,
    }),
    rateLimiterDuration: registry.histogram({
      name: 'rest_client_rate_limiter_duration_seconds',
      help: 'Client side rate limiter latency in seconds. Broken down by verb, and host.',
      labels: ['verb', 'host'],
      stability: 'ALPHA',
      buckets,
    }),
  };
}

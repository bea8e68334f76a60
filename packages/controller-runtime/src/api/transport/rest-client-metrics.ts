import type { Counter, Histogram, MetricsRegistry } from '../../metrics/metrics.ts';

/** Metrics of requests to the API server, with client-go's names, labels and buckets. */
export interface RestClientMetrics {
  /** Counts a request. `code` is the HTTP status, or `<error>` if there is none. */
  readonly requests: Counter<'code' | 'method' | 'host'>;
  /** Records the time until the headers of one attempt, in seconds. Watches are not recorded. */
  readonly duration: Histogram<'verb' | 'host'>;
  /** Records the time spent waiting for the client's token bucket, in seconds. */
  readonly rateLimiterDuration: Histogram<'verb' | 'host'>;
}

const buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** Registers the metrics, or returns those that another client has registered. */
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

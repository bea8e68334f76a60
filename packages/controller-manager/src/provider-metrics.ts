import { CloudMetricName } from '@k8s-ccm/cloud-provider';
import type { ProviderMetrics } from '@k8s-ccm/cloud-provider';
import type { MetricsRegistry } from '@k8s-ccm/controller-runtime';

/** Seconds, from an answer nearby up to a call that a cloud lets hang for its timeout. */
const requestSeconds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The metrics about one provider's calls, in the manager's registry; `provider` is its own name, no alias. */
export function providerMetrics(metrics: MetricsRegistry, provider: string): ProviderMetrics {
  const requests = metrics.histogram({
    name: CloudMetricName.ApiRequestDurationSeconds,
    help: 'Duration of requests to the API of the cloud, by operation and code of the answer',
    labels: ['provider', 'operation', 'code'],
    buckets: requestSeconds,
  });
  const unverified = metrics.gauge({
    name: CloudMetricName.TlsVerificationDisabled,
    help: 'Is 1 for each endpoint of the cloud whose certificate is not verified',
    labels: ['provider', 'endpoint'],
  });
  return {
    observeApiRequest: ({ operation, code, durationSeconds }) =>
      requests.observe(durationSeconds, { provider, operation, code }),
    setTlsVerificationDisabled: (endpoint) => unverified.set(1, { provider, endpoint }),
  };
}

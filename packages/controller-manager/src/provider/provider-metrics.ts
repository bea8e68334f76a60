import { CloudMetricName } from '@k8s-ccm/cloud-provider';
import type { ApiBudget, ApiRequest, ProviderMetrics } from '@k8s-ccm/cloud-provider';
import type { Counter, Gauge, Histogram, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import type { CloudCallLog } from './cloud-call-log.ts';

/** Buckets in seconds, from a fast response to a timeout. */
const requestSeconds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Buckets in seconds, from no wait to the longest call. */
const waitSeconds = [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Options of {@link ProviderMetricsBook}. */
export interface ProviderMetricsOptions {
  readonly registry: MetricsRegistry;
  /** The canonical name of the provider. */
  readonly provider: string;
  /** Records each request. */
  readonly calls: CloudCallLog;
}

/** The metrics of one instance of the provider. */
export interface ProviderMetricsDraft {
  /** The metrics that are passed to the provider. Its requests count from the start. */
  readonly metrics: ProviderMetrics;
  /** Shows the state of this instance instead of an earlier one. */
  use(): void;
}

/** The metrics of a provider's calls, in the registry of the manager. */
export class ProviderMetricsBook {
  readonly #options: ProviderMetricsOptions;
  readonly #requests: Histogram<'provider' | 'operation' | 'code'>;
  readonly #retries: Counter<'provider' | 'operation'>;
  readonly #throttled: Counter<'provider'>;
  readonly #waits: Histogram<'provider'>;
  readonly #lastSuccess: Gauge<'provider'>;
  readonly #unverified: Gauge<'provider' | 'endpoint'>;
  #shown: Statement = { endpoints: new Set() };

  constructor(options: ProviderMetricsOptions) {
    const { registry, provider } = options;
    this.#options = options;
    this.#requests = registry.histogram({
      name: CloudMetricName.ApiRequestDurationSeconds,
      help: 'Duration of requests to the cloud API, by operation and response code',
      labels: ['provider', 'operation', 'code'],
      buckets: requestSeconds,
    });
    this.#retries = registry.counter({
      name: CloudMetricName.ApiRetriesTotal,
      help: 'Number of retried requests to the cloud API',
      labels: ['provider', 'operation'],
    });
    this.#throttled = registry.counter({
      name: CloudMetricName.ApiThrottledTotal,
      help: 'Number of throttled requests to the cloud API',
      labels: ['provider'],
    });
    this.#waits = registry.histogram({
      name: CloudMetricName.ApiThrottleWaitSeconds,
      help: 'Time that requests to the cloud API waited for the budget of the account',
      labels: ['provider'],
      buckets: waitSeconds,
    });
    this.#lastSuccess = registry.gauge({
      name: CloudMetricName.ApiLastSuccessTimestampSeconds,
      help: 'Time of the last response of the cloud API that was not a failure of the API',
      labels: ['provider'],
    });
    this.#unverified = registry.gauge({
      name: CloudMetricName.TlsVerificationDisabled,
      help: '1 for each endpoint of the cloud API whose certificate is not verified',
      labels: ['provider', 'endpoint'],
    });
    this.#throttled.add(0, { provider });
    this.#waits.zero({ provider });
    showBudget(registry, provider, () => this.#shown.budget);
  }

  /** Creates the metrics of another instance of the provider. */
  draft(): ProviderMetricsDraft {
    const said: Statement = { endpoints: new Set() };
    const { provider } = this.#options;
    return {
      metrics: {
        observeApiRequest: (request) => this.#count(request),
        showBudget: (budget) => void (said.budget = budget),
        setTlsVerificationDisabled: (endpoint) => {
          said.endpoints.add(endpoint);
          if (said === this.#shown) this.#unverified.set(1, { provider, endpoint });
        },
      },
      use: () => this.#show(said),
    };
  }

  #show(said: Statement): void {
    const { provider } = this.#options;
    for (const endpoint of this.#shown.endpoints) this.#unverified.remove({ provider, endpoint });
    for (const endpoint of said.endpoints) this.#unverified.set(1, { provider, endpoint });
    this.#shown = said;
  }

  #count(request: ApiRequest): void {
    const { provider, calls } = this.#options;
    const { operation, code, durationSeconds } = request;
    this.#requests.observe(durationSeconds, { provider, operation, code });
    this.#waits.observe(request.waitSeconds ?? 0, { provider });
    if (request.retried === true) this.#retries.inc({ provider, operation });
    if (request.throttled === true) this.#throttled.inc({ provider });
    const answered = request.answered ?? /^2\d\d$/.test(code);
    calls.note(answered);
    if (answered) this.#lastSuccess.set((calls.lastSuccessAt ?? 0) / 1000, { provider });
  }
}

/** The state that a provider reports. */
interface Statement {
  readonly endpoints: Set<string>;
  budget?: ApiBudget;
}

/** Reads the budget whenever metrics are collected. */
function showBudget(
  registry: MetricsRegistry,
  provider: string,
  current: () => ApiBudget | undefined,
): void {
  const available = registry.gauge({
    name: CloudMetricName.ApiBudgetAvailable,
    help: 'Number of further requests that may be sent to the cloud API now',
    labels: ['provider'],
  });
  const rate = registry.gauge({
    name: CloudMetricName.ApiBudgetRate,
    help: 'Number of requests per second that the budget of the account currently allows',
    labels: ['provider'],
  });
  registry.beforeRender(() => {
    const budget = current();
    if (budget === undefined) return;
    available.set(budget.available, { provider });
    rate.set(budget.callsPerSecond, { provider });
  });
}

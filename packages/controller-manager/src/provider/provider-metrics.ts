import { CloudMetricName } from '@k8s-ccm/cloud-provider';
import type { ApiBudget, ApiRequest, ProviderMetrics } from '@k8s-ccm/cloud-provider';
import type { Counter, Gauge, Histogram, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import type { CloudCallLog } from './cloud-call-log.ts';

/** Seconds, from an answer nearby up to a call that a cloud lets hang for its timeout. */
const requestSeconds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Seconds, from no wait worth speaking of up to the longest that a call may take. */
const waitSeconds = [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Where the metrics about a provider go. */
export interface ProviderMetricsOptions {
  readonly registry: MetricsRegistry;
  /** The provider's own name, no alias. */
  readonly provider: string;
  /** Hears of each request too. */
  readonly calls: CloudCallLog;
}

/** The metrics of one making of a provider. */
export interface ProviderMetricsDraft {
  /** What the provider is made with. Its requests count from the first one on. */
  readonly metrics: ProviderMetrics;
  /** Shows what it said of itself, in place of what an earlier one said: it is the one in use now. */
  use(): void;
}

/** The metrics about one provider's calls, in the manager's registry. */
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
      help: 'Duration of requests to the API of the cloud, by operation and code of the answer',
      labels: ['provider', 'operation', 'code'],
      buckets: requestSeconds,
    });
    this.#retries = registry.counter({
      name: CloudMetricName.ApiRetriesTotal,
      help: 'Number of requests to the API of the cloud that were sent again',
      labels: ['provider', 'operation'],
    });
    this.#throttled = registry.counter({
      name: CloudMetricName.ApiThrottledTotal,
      help: 'Number of answers of the cloud that asked for fewer requests',
      labels: ['provider'],
    });
    this.#waits = registry.histogram({
      name: CloudMetricName.ApiThrottleWaitSeconds,
      help: 'How long requests to the API of the cloud waited for the budget of the account',
      labels: ['provider'],
      buckets: waitSeconds,
    });
    this.#lastSuccess = registry.gauge({
      name: CloudMetricName.ApiLastSuccessTimestampSeconds,
      help: 'When the cloud last did what it was asked, or refused it for a reason of its own',
      labels: ['provider'],
    });
    this.#unverified = registry.gauge({
      name: CloudMetricName.TlsVerificationDisabled,
      help: 'Is 1 for each endpoint of the cloud whose certificate is not verified',
      labels: ['provider', 'endpoint'],
    });
    this.#throttled.add(0, { provider });
    this.#waits.zero({ provider });
    showBudget(registry, provider, () => this.#shown.budget);
  }

  /** Begins the metrics of another making of the provider. */
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

/** What a provider says of itself. */
interface Statement {
  readonly endpoints: Set<string>;
  budget?: ApiBudget;
}

/** Shows what is left of a budget whenever somebody looks. */
function showBudget(
  registry: MetricsRegistry,
  provider: string,
  current: () => ApiBudget | undefined,
): void {
  const available = registry.gauge({
    name: CloudMetricName.ApiBudgetAvailable,
    help: 'Number of requests that may be sent to the cloud now beside those in flight',
    labels: ['provider'],
  });
  const rate = registry.gauge({
    name: CloudMetricName.ApiBudgetRate,
    help: 'Number of requests per second that the budget of the account allows now',
    labels: ['provider'],
  });
  registry.beforeRender(() => {
    const budget = current();
    if (budget === undefined) return;
    available.set(budget.available, { provider });
    rate.set(budget.callsPerSecond, { provider });
  });
}

import { CloudMetricName, ManagerEventReason } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, KubernetesObject } from '@k8s-ccm/cloud-provider';
import type {
  Clock,
  Counter,
  EventRecorder,
  Gauge,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';
import { errorLines } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import { configurationChanges } from './configuration-changes.ts';
import { providerParts } from './provider-parts.ts';

/** Options of {@link ReloadReport}. */
export interface ReloadReportOptions {
  /** The canonical name of the provider. */
  readonly provider: string;
  readonly metrics: MetricsRegistry;
  readonly recorder: EventRecorder;
  /** The object of the Events. */
  readonly about: KubernetesObject;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** A changed configuration that is in use. */
export interface AcceptedChange {
  /** The files whose content changed. */
  readonly files: readonly string[];
  readonly before: CloudProvider;
  readonly after: CloudProvider;
}

/** Maximum length of the text of an Event, in characters. */
const longestMessage = 1000;

/**
 * Reports changed configurations in the log, in metrics and as Events. Contains no secrets: only files, keys and
 * the description that the provider gives.
 */
export class ReloadReport {
  readonly #options: ReloadReportOptions;
  readonly #reloads: Counter<'provider' | 'result'>;
  readonly #successful: Gauge<'provider'>;
  readonly #successAt: Gauge<'provider'>;

  constructor(options: ReloadReportOptions) {
    this.#options = options;
    const { metrics } = options;
    this.#reloads = metrics.counter({
      name: CloudMetricName.ConfigReloadsTotal,
      help: 'Number of reloads of the cloud configuration, by result',
      labels: ['provider', 'result'],
    });
    this.#successful = metrics.gauge({
      name: CloudMetricName.ConfigLastReloadSuccessful,
      help: '1 if the current cloud configuration is in use, 0 if it was rejected',
      labels: ['provider'],
    });
    this.#successAt = metrics.gauge({
      name: CloudMetricName.ConfigLastReloadSuccessTimestampSeconds,
      help: 'Time of the last successful reload of the cloud configuration',
      labels: ['provider'],
    });
  }

  /** Reports that the initial configuration is in use. */
  started(): void {
    const { provider } = this.#options;
    for (const result of ['success', 'failure']) this.#reloads.add(0, { provider, result });
    this.#inUse();
  }

  /** Reports that a changed configuration is in use. */
  accepted({ files, before, after }: AcceptedChange): void {
    const { provider, log } = this.#options;
    const { keys, identity } = configurationChanges(before.configuration, after.configuration);
    log.info('reloaded the cloud configuration', { provider, files, keys });
    if (identity.length > 0) {
      log.warn(
        'the configuration of the cloud names another account or place: what was made before is out of reach',
        { provider, changes: identity },
      );
    }
    const had = providerParts(before);
    const gained = [...providerParts(after)].filter((part) => !had.has(part));
    if (gained.length > 0)
      log.warn('the provider supports more parts now, restart the program to use them', {
        provider,
        parts: gained,
      });
    this.#reloads.inc({ provider, result: 'success' });
    this.#inUse();
    const what = [...files, ...keys].join(', ');
    this.#tell('Normal', ManagerEventReason.CloudConfigReloaded, `Changed and in use: ${what}`);
  }

  /** Reports that secret files have changed, which the provider rereads itself. */
  renewed(files: readonly string[]): void {
    const { provider, log } = this.#options;
    log.info('secrets for the cloud were renewed', { provider, files });
  }

  /** Reports that a changed configuration is invalid. */
  rejected(error: unknown): void {
    const { provider, log } = this.#options;
    const problems = errorLines(error);
    log.error('the cloud configuration is invalid, keeping the previous one', {
      provider,
      problems,
    });
    this.#reloads.inc({ provider, result: 'failure' });
    this.#successful.set(0, { provider });
    const why = problems.join('; ');
    this.#tell(
      'Warning',
      ManagerEventReason.CloudConfigRejected,
      `Keeping the previous configuration: ${why}`,
    );
  }

  /** Reports that the files have been restored to the configuration in use. */
  takenBack(): void {
    const { provider, log } = this.#options;
    log.info('the cloud configuration was restored to the one in use', { provider });
    this.#successful.set(1, { provider });
  }

  #inUse(): void {
    const { provider, clock } = this.#options;
    this.#successful.set(1, { provider });
    this.#successAt.set(clock.now() / 1000, { provider });
  }

  #tell(type: 'Normal' | 'Warning', reason: string, text: string): void {
    const { recorder, about } = this.#options;
    const message = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
    recorder.event(about, type, reason, message);
  }
}

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

/** Where it is told what became of a changed configuration. */
export interface ReloadReportOptions {
  /** The provider's own name. */
  readonly provider: string;
  readonly metrics: MetricsRegistry;
  readonly recorder: EventRecorder;
  /** Whom the events are about. */
  readonly about: KubernetesObject;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** A changed configuration that is in use now. */
export interface AcceptedChange {
  /** The files whose content changed. */
  readonly files: readonly string[];
  readonly before: CloudProvider;
  readonly after: CloudProvider;
}

/** Longer texts make no event, in characters. */
const longestMessage = 1000;

/** Tells of changed configurations: in the log, in metrics and as events. Never a secret: only files, keys and what the provider says. */
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
      help: 'Number of changes of the configuration of the cloud, by whether it is in use or was refused',
      labels: ['provider', 'result'],
    });
    this.#successful = metrics.gauge({
      name: CloudMetricName.ConfigLastReloadSuccessful,
      help: 'Is 1 where the configuration of the cloud that the files hold is in use, 0 where it was refused',
      labels: ['provider'],
    });
    this.#successAt = metrics.gauge({
      name: CloudMetricName.ConfigLastReloadSuccessTimestampSeconds,
      help: 'When the configuration of the cloud that is in use was read',
      labels: ['provider'],
    });
  }

  /** The configuration of the start is in use. */
  started(): void {
    const { provider } = this.#options;
    for (const result of ['success', 'failure']) this.#reloads.add(0, { provider, result });
    this.#inUse();
  }

  /** A changed configuration is in use. */
  accepted({ files, before, after }: AcceptedChange): void {
    const { provider, log } = this.#options;
    const { keys, identity } = configurationChanges(before.configuration, after.configuration);
    log.info('a changed configuration of the cloud is in use', { provider, files, keys });
    if (identity.length > 0) {
      log.warn(
        'the configuration of the cloud names another account or place: what was made before is out of reach',
        { provider, changes: identity },
      );
    }
    const had = providerParts(before);
    const gained = [...providerParts(after)].filter((part) => !had.has(part));
    if (gained.length > 0)
      log.warn('the provider can do more now, which needs a restart', { provider, parts: gained });
    this.#reloads.inc({ provider, result: 'success' });
    this.#inUse();
    const what = [...files, ...keys].join(', ');
    this.#tell('Normal', ManagerEventReason.CloudConfigReloaded, `Changed and in use: ${what}`);
  }

  /** Files of secrets have another content, which the provider reads by itself. */
  renewed(files: readonly string[]): void {
    const { provider, log } = this.#options;
    log.info('secrets for the cloud were renewed', { provider, files });
  }

  /** A changed configuration is wrong. */
  rejected(error: unknown): void {
    const { provider, log } = this.#options;
    const problems = errorLines(error);
    log.error('the changed configuration of the cloud is wrong, the old one stays in use', {
      provider,
      problems,
    });
    this.#reloads.inc({ provider, result: 'failure' });
    this.#successful.set(0, { provider });
    const why = problems.join('; ');
    this.#tell('Warning', ManagerEventReason.CloudConfigRejected, `The old one stays: ${why}`);
  }

  /** The files hold again what is in use. */
  takenBack(): void {
    const { provider, log } = this.#options;
    log.info('the configuration of the cloud is again the one in use', { provider });
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

import type { Clock, Counter, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';
import type { FileValue } from './file-value.ts';
import { ServingMetricName } from './serving-metric-name.ts';

/** How often files are checked for changes, in milliseconds. The kubelet takes up to a minute to update a Secret. */
export const reloadPeriodMs = 5000;

/** Options of {@link FileReloads}. */
export interface FileReloadsOptions {
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Reloads files when they change. */
export class FileReloads {
  readonly #options: FileReloadsOptions;
  readonly #reloads: Counter<'name' | 'result'>;
  readonly #watched: { readonly value: FileValue<unknown>; readonly onChange: () => void }[] = [];

  constructor(options: FileReloadsOptions) {
    this.#options = options;
    this.#reloads = options.metrics.counter({
      name: ServingMetricName.ServingFileReloadsTotal,
      help: 'Number of times that changed files of the secure port were read again, by what came of it',
      labels: ['name', 'result'],
    });
  }

  /** Adds a value. `onChange` is called after it has changed. */
  watch(value: FileValue<unknown>, onChange: () => void): void {
    this.#reloads.add(0, { name: value.name, result: 'error' });
    this.#watched.push({ value, onChange });
  }

  /** Checks all files once. Never rejects. */
  async look(): Promise<void> {
    const { log } = this.#options;
    for (const { value, onChange } of this.#watched) {
      const { name, files } = value;
      const look = await value.look();
      if (look.kind === 'same') continue;
      if (look.kind === 'bad') {
        this.#reloads.inc({ name, result: 'error' });
        log.error('changed files are invalid, keeping the previous content', {
          name,
          files,
          error: look.error,
        });
        continue;
      }
      this.#reloads.inc({ name, result: 'success' });
      log.info('reloaded changed files', { name, files });
      onChange();
    }
  }

  /** Checks the files periodically until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (this.#watched.length > 0 && !signal.aborted) {
      try {
        await clock.sleep(reloadPeriodMs, { signal });
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await this.look();
    }
  }
}

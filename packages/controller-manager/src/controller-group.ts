import { ManagerMetricName, errorText } from '@k8s-ccm/cloud-provider';
import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Gauge, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import type { ControllerContext, ControllerDescriptor } from './controller.ts';
import type { HealthCheck } from './health-checks.ts';
import { ExitCode, StartError } from './start-error.ts';

/** What a group of controllers stands on. */
export interface ControllerGroupOptions {
  /** The label `manager` of the metric. */
  readonly manager: string;
  readonly metrics: MetricsRegistry;
  readonly log: Logger;
}

/** The controllers that run, and what becomes of them. */
export class ControllerGroup {
  readonly #options: ControllerGroupOptions;
  readonly #gauge: Gauge<'name' | 'manager'>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #failure = Promise.withResolvers<never>();

  constructor(options: ControllerGroupOptions) {
    this.#options = options;
    this.#gauge = options.metrics.gauge({
      name: ManagerMetricName.RunningManagedControllers,
      help: 'Indicates where instances of a controller are currently running',
      labels: ['name', 'manager'],
      stability: 'BETA',
    });
    // Whoever waits for it gets it; until then it is not unhandled.
    this.#failure.promise.catch(() => undefined);
  }

  /** One check per controller that runs (contract §7.10). */
  get checks(): readonly HealthCheck[] {
    return [...this.#running.keys()].map((name) => ({
      name,
      isHealthy: () => this.#running.has(name),
    }));
  }

  /** Rejects when a controller fails, or ends while it should run. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** Starts one controller. @throws StartError where it cannot be started */
  async start(controller: ControllerDescriptor, context: ControllerContext): Promise<void> {
    const { name } = controller;
    const { log } = this.#options;
    let start;
    try {
      start = await controller.start(context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw new StartError(
        `the controller ${name} did not start: ${errorText(error)}`,
        ExitCode.Fatal,
        {
          cause: error,
        },
      );
    }
    if (start.kind === 'skipped') {
      log.warn('controller skipped', { controller: name, reason: start.reason });
      return;
    }
    const labels = { name: controller.aliases?.[0] ?? name, manager: this.#options.manager };
    this.#gauge.set(1, labels);
    const watched = this.#watch(name, start.done, context.signal).finally(() => {
      this.#gauge.set(0, labels);
      this.#running.delete(name);
    });
    this.#running.set(name, watched);
    log.info('controller started', { controller: name });
  }

  /** The names of those that still run. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Waits until all have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #watch(name: string, done: Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await done;
      if (!signal.aborted) throw new Error('it ended by itself');
    } catch (error) {
      if (signal.aborted) {
        if (error !== signal.reason)
          this.#options.log.warn('controller ended with an error', { controller: name, error });
        return;
      }
      this.#failure.reject(
        new Error(`the controller ${name} failed: ${errorText(error)}`, { cause: error }),
      );
    }
  }
}

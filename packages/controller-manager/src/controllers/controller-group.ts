import { ManagerMetricName } from '@k8s-ccm/cloud-provider';
import type { Clock, Counter, Gauge, MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { untilAborted } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { HealthCheck } from '@k8s-ccm/secure-serving';
import type { ControllerDescriptor } from '../controller.ts';
import { ExitCode, StartError } from '../start-error.ts';
import { endsWithin } from './ends-within.ts';
import { SupervisedController } from './supervised-controller.ts';
import type { MakeContext } from './supervised-controller.ts';

/** How long to wait for a controller to start before starting the next one. */
const startPatienceMs = 10_000;

/** Options of {@link ControllerGroup}. */
export interface ControllerGroupOptions {
  /** The label `manager` of the metrics. */
  readonly manager: string;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Member {
  readonly controller: SupervisedController;
  readonly ended: Promise<void>;
}

/** The enabled controllers of a manager. A controller that fails is restarted, while the others keep running. */
export class ControllerGroup {
  readonly #options: ControllerGroupOptions;
  readonly #gauge: Gauge<'name' | 'manager'>;
  readonly #failures: Counter<'name'>;
  readonly #members = new Map<string, Member>();
  readonly #failure = Promise.withResolvers<never>();

  constructor(options: ControllerGroupOptions) {
    this.#options = options;
    this.#gauge = options.metrics.gauge({
      name: ManagerMetricName.RunningManagedControllers,
      help: 'Indicates where instances of a controller are currently running',
      labels: ['name', 'manager'],
      stability: 'BETA',
    });
    this.#failures = options.metrics.counter({
      name: ManagerMetricName.ControllerFailuresTotal,
      help: 'Number of failed starts and unexpected ends of a controller',
      labels: ['name'],
    });
    // Prevents an unhandled rejection until the promise is awaited.
    this.#failure.promise.catch(() => undefined);
  }

  /**
   * One check for each running controller (contract.md#endpoints). A failed controller is not included, because
   * restarting the process would stop the other controllers.
   */
  get liveChecks(): readonly HealthCheck[] {
    return this.running.map((name) => ({ name, isHealthy: () => true }));
  }

  /** One check for each enabled controller. It fails while the controller is not running. */
  get readyChecks(): readonly HealthCheck[] {
    return [...this.#members]
      .filter(([, { controller }]) => controller.state !== 'skipped')
      .map(([name, { controller }]) => ({
        name,
        isHealthy: () => controller.state === 'running',
      }));
  }

  /** Rejects when a controller reports an invalid configuration. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** Names of running controllers. */
  get running(): readonly string[] {
    return this.#named('running');
  }

  /** Names of controllers that have not ended. */
  get unfinished(): readonly string[] {
    return [...this.#named('starting'), ...this.#named('running'), ...this.#named('waiting')];
  }

  /**
   * Starts a controller, and waits for a limited time until it runs, is skipped or has failed. The limit exists
   * because a controller that waits for the informers would keep them from starting.
   * @throws StartError if the configuration is invalid, or if the name is already in use
   */
  async start(
    descriptor: ControllerDescriptor,
    makeContext: MakeContext,
    signal: AbortSignal,
  ): Promise<void> {
    const { name } = descriptor;
    const { manager, clock, log } = this.#options;
    if (this.#members.has(name)) {
      throw new StartError(`more than one controller is named ${name}`, ExitCode.Fatal);
    }
    const labels = { name: descriptor.aliases?.[0] ?? name, manager };
    this.#failures.add(0, { name: labels.name });
    const controller = new SupervisedController({
      controller: descriptor,
      makeContext,
      clock,
      log,
      onState: (state) => {
        if (state !== 'skipped') this.#gauge.set(state === 'running' ? 1 : 0, labels);
      },
      onFailure: () => this.#failures.inc({ name: labels.name }),
    });
    const ended = controller.run(signal);
    ended.catch(this.#failure.reject);
    this.#members.set(name, { controller, ended: ended.catch(() => undefined) });
    const tried = untilAborted(signal, [controller.tried]);
    if (!(await endsWithin(tried, startPatienceMs, clock))) {
      log.warn('controller is slow to start, starting the next one', {
        controller: name,
      });
    }
    // Only an invalid configuration ends a controller before its first start has a result.
    if (controller.state === 'ended' && !signal.aborted) await ended;
  }

  /** Waits until all controllers have ended. */
  async ended(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ ended }) => ended));
  }

  #named(state: 'starting' | 'running' | 'waiting'): readonly string[] {
    return [...this.#members]
      .filter(([, { controller }]) => controller.state === state)
      .map(([name]) => name);
  }
}

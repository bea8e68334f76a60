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

/** After so long the next controller is started, though this one has not said that it runs. */
const startPatienceMs = 10_000;

/** What a group of controllers stands on. */
export interface ControllerGroupOptions {
  /** The label `manager` of the metric. */
  readonly manager: string;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Member {
  readonly controller: SupervisedController;
  readonly ended: Promise<void>;
}

/**
 * The controllers that are to run, each by itself: one that fails is started again, and the others
 * go on meanwhile.
 */
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
      help: 'Number of failed starts of a controller, and of ends that nobody asked for',
      labels: ['name'],
    });
    // Whoever waits for it gets it; until then it is not unhandled.
    this.#failure.promise.catch(() => undefined);
  }

  /**
   * One check per controller that runs (contract.md#endpoints). A controller that failed is not among them:
   * an end of the process would take the others down.
   */
  get liveChecks(): readonly HealthCheck[] {
    return this.running.map((name) => ({ name, isHealthy: () => true }));
  }

  /** One check per controller that is to run; fails while it does not. */
  get readyChecks(): readonly HealthCheck[] {
    return [...this.#members]
      .filter(([, { controller }]) => controller.state !== 'skipped')
      .map(([name, { controller }]) => ({
        name,
        isHealthy: () => controller.state === 'running',
      }));
  }

  /** Rejects when a controller says that the configuration is wrong. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** The names of those that run. */
  get running(): readonly string[] {
    return this.#named('running');
  }

  /** The names of those that have not come to their end. */
  get unfinished(): readonly string[] {
    return [...this.#named('starting'), ...this.#named('running'), ...this.#named('waiting')];
  }

  /**
   * Starts one controller, and waits until it runs, is skipped or has failed, though not for ever: one
   * that waits for the informers would otherwise keep them from being run.
   * @throws StartError where it says that the configuration is wrong, and for a name that is taken
   */
  async start(
    descriptor: ControllerDescriptor,
    makeContext: MakeContext,
    signal: AbortSignal,
  ): Promise<void> {
    const { name } = descriptor;
    const { manager, clock, log } = this.#options;
    if (this.#members.has(name)) {
      throw new StartError(`two controllers are named ${name}`, ExitCode.Fatal);
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
      log.warn('controller takes long to start, the others do not wait for it', {
        controller: name,
      });
    }
    // Only a wrong configuration ends a controller before its first try has come to something.
    if (controller.state === 'ended' && !signal.aborted) await ended;
  }

  /** Waits until all have ended. */
  async ended(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ ended }) => ended));
  }

  #named(state: 'starting' | 'running' | 'waiting'): readonly string[] {
    return [...this.#members]
      .filter(([, { controller }]) => controller.state === state)
      .map(([name]) => name);
  }
}

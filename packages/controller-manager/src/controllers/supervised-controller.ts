import { ControllerConfigError } from '@k8s-ccm/cloud-provider';
import { exponentialBackoff } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { errorText, LinkedAbort } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import { ExitCode, StartError } from '../start-error.ts';

/** Pause before a controller that failed is started again. */
const restartBackoff = { baseMs: 1000, maxMs: 60_000 };

/** Makes the context of one start; what it puts into `resources` ends with that start. */
export type MakeContext = (resources: DisposableStack, signal: AbortSignal) => ControllerContext;

/** What a controller is doing. `waiting`: it failed, and is started again after a pause. */
export type ControllerState = 'starting' | 'running' | 'waiting' | 'skipped' | 'ended';

/** What a {@link SupervisedController} stands on. */
export interface SupervisedControllerOptions {
  readonly controller: ControllerDescriptor;
  readonly makeContext: MakeContext;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onState: (state: ControllerState) => void;
  /** Called for each failed start, and for each end that nobody asked for. */
  readonly onFailure: () => void;
}

/** Keeps one controller running: where it fails, it is started again after 1 s, 2 s … 60 s. */
export class SupervisedController {
  readonly #options: SupervisedControllerOptions;
  readonly #backoff = exponentialBackoff(restartBackoff);
  readonly #tried = Promise.withResolvers<void>();
  #state: ControllerState = 'starting';

  constructor(options: SupervisedControllerOptions) {
    this.#options = options;
  }

  get state(): ControllerState {
    return this.#state;
  }

  /** Resolves once the first start has come to something, whatever it is. */
  get tried(): Promise<void> {
    return this.#tried.promise;
  }

  /**
   * Runs it until the signal aborts and the last work has ended, or it has nothing to do.
   * @throws StartError where it says that the configuration is wrong
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const waitMs = await this.#live(signal);
        if (waitMs === undefined) return;
        await this.#pause(waitMs, signal);
      }
    } finally {
      if (this.#state !== 'skipped') this.#become('ended');
      this.#tried.resolve();
    }
  }

  /** One start and what comes of it; gives the pause before the next, `undefined` where there is none. */
  async #live(signal: AbortSignal): Promise<number | undefined> {
    const { controller, clock, log } = this.#options;
    const { name } = controller;
    const startedAt = clock.monotonic();
    try {
      await this.#startAndWait(signal);
      return undefined;
    } catch (error) {
      if (signal.aborted) {
        if (error !== signal.reason) {
          log.warn('controller ended with an error', { controller: name, error });
        }
        return undefined;
      }
      this.#options.onFailure();
      if (error instanceof ControllerConfigError) {
        throw new StartError(
          `the controller ${name} cannot work with this configuration: ${errorText(error)}`,
          ExitCode.Fatal,
          { cause: error },
        );
      }
      if (clock.monotonic() - startedAt > restartBackoff.maxMs) this.#backoff.forget(name);
      const waitMs = this.#backoff.when(name);
      log.error('controller failed, it will be started again', {
        controller: name,
        failures: this.#backoff.failures(name),
        waitMs,
        error,
      });
      return waitMs;
    }
  }

  async #startAndWait(signal: AbortSignal): Promise<void> {
    const { controller, makeContext, log } = this.#options;
    using resources = new DisposableStack();
    const life = new LinkedAbort(signal);
    // Also what the controller does not wait for ends with it, and never works beside the next start.
    resources.defer(() => life.abort(new Error(`this start of ${controller.name} has ended`)));
    const context = makeContext(resources, life.signal);
    const start = await controller.start(context);
    if (start.kind === 'skipped') {
      const level = start.asConfigured === true ? 'info' : 'warn';
      log[level]('controller skipped', { controller: controller.name, reason: start.reason });
      this.#become('skipped');
      return;
    }
    this.#become('running');
    log.info('controller started', { controller: controller.name });
    this.#tried.resolve();
    await start.done;
    if (!signal.aborted) throw new Error('it ended by itself');
  }

  async #pause(waitMs: number, signal: AbortSignal): Promise<void> {
    this.#become('waiting');
    this.#tried.resolve();
    try {
      await this.#options.clock.sleep(waitMs, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #become(state: ControllerState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

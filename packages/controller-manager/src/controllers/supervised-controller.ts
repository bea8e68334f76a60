import { ControllerConfigError } from '@k8s-ccm/cloud-provider';
import { exponentialBackoff } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { errorText, LinkedAbort } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import { ExitCode, StartError } from '../start-error.ts';

/** Backoff before a failed controller is restarted. */
const restartBackoff = { baseMs: 1000, maxMs: 60_000 };

/** Creates the context of one start. Resources that it adds to `resources` are disposed of when that start ends. */
export type MakeContext = (resources: DisposableStack, signal: AbortSignal) => ControllerContext;

/** The state of a controller. `waiting`: it failed, and will be restarted after a backoff. */
export type ControllerState = 'starting' | 'running' | 'waiting' | 'skipped' | 'ended';

/** Options of {@link SupervisedController}. */
export interface SupervisedControllerOptions {
  readonly controller: ControllerDescriptor;
  readonly makeContext: MakeContext;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onState: (state: ControllerState) => void;
  /** Is called for each failed start and each unexpected end. */
  readonly onFailure: () => void;
}

/** Keeps a controller running: if it fails, it is restarted after 1 s, 2 s … 60 s. */
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

  /** Resolves when the first start has a result, successful or not. */
  get tried(): Promise<void> {
    return this.#tried.promise;
  }

  /**
   * Runs the controller until the signal aborts and its work has ended, or until it is skipped.
   * @throws StartError if the controller reports an invalid configuration
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

  /** Runs one start. Returns the backoff before the next start, or `undefined` if there is none. */
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
          `invalid configuration for the controller ${name}: ${errorText(error)}`,
          ExitCode.Fatal,
          { cause: error },
        );
      }
      if (clock.monotonic() - startedAt > restartBackoff.maxMs) this.#backoff.forget(name);
      const waitMs = this.#backoff.when(name);
      log.error('controller failed, restarting it', {
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
    // Work that the controller does not await must also end, so that it never overlaps with the next start.
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
    if (!signal.aborted) throw new Error('it ended unexpectedly');
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

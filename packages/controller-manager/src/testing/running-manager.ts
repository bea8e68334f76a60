import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, ProviderFactoryContext } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { systemClock } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { untilAborted } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import { runControllerManager } from '../manager/run-controller-manager.ts';
import type { StopSignal } from '../manager/stop-signals.ts';

/** How a {@link RunningManager} is started. */
export interface RunningManagerOptions {
  readonly argv: readonly string[];
  readonly controllers: readonly ControllerDescriptor[];
  /** Default: a fake one. */
  readonly provider?: CloudProvider;
  readonly clock?: Clock;
}

/** A manager in this process, as a program runs it, with the fake cloud and without a secure port. */
export class RunningManager {
  readonly exitCode: Promise<number>;
  /** What the provider was made with. */
  made: ProviderFactoryContext | undefined;
  readonly #stops = new Set<(signal: StopSignal) => void>();
  #log = '';
  #exited = false;

  constructor({ argv, controllers, provider, clock = systemClock }: RunningManagerOptions) {
    const providers = new CloudProviderRegistry();
    providers.register('fake', async (context) => {
      this.made = context;
      return provider ?? new FakeCloudProvider();
    });
    this.exitCode = runControllerManager({
      argv: ['--cloud-provider=fake', '--secure-port=0', ...argv],
      providers,
      controllers,
      clock,
      env: {},
      signalSource: {
        onSignal: (callback) => {
          this.#stops.add(callback);
          return { [Symbol.dispose]: () => this.#stops.delete(callback) };
        },
      },
      stderr: { write: (text) => (this.#log += text) },
    }).finally(() => (this.#exited = true));
  }

  get log(): string {
    return this.#log;
  }

  get hasExited(): boolean {
    return this.#exited;
  }

  /** Asks it to stop, as SIGTERM does, and gives its exit code. */
  async stop(): Promise<number> {
    for (const callback of this.#stops) callback('SIGTERM');
    return await this.exitCode;
  }
}

/** A controller that works until it is told to end, and says when it does; `contexts` gets what it was started with. */
export function workingController(
  name: string,
  contexts: Map<string, ControllerContext>,
  more: Partial<ControllerDescriptor> = {},
): ControllerDescriptor {
  return {
    name,
    ...more,
    start: (context) => {
      contexts.set(name, context);
      const work = async (): Promise<void> => {
        await untilAborted(context.signal);
        contexts.delete(name);
      };
      return { kind: 'running', done: work() };
    },
  };
}

import type { CloudProvider, Logger } from '@k8s-ccm/cloud-provider';
import type {
  Clock,
  EventRecorder,
  KubeClient,
  MetricsRegistry,
  Random,
} from '@k8s-ccm/controller-runtime';
import type { SelectableController } from './controllers-flag.ts';
import type { SharedInformers } from './shared-informers.ts';
import type { ManagerFlags } from './manager-flags.ts';

/**
 * What a controller gets each time it is started. Together with `WorkQueue` and `runWorkers` of
 * `@k8s-ccm/controller-runtime` it is all that a controller needs; nothing else is to be had.
 */
export interface ControllerContext {
  /** The cloud. A part that it does not support is absent: say `skipped` where you need that part. */
  readonly provider: CloudProvider;
  /** `--cluster-name`. */
  readonly clusterName: string;
  /** All flags, for those that are the controller's own. */
  readonly flags: ManagerFlags;
  /** Names the controller in its user agent and has its own rate limit (contract.md#client-identities). */
  readonly client: KubeClient;
  /**
   * Shared by all controllers; they run once every controller has been started, so add handlers before
   * `start` returns and wait for their sync only afterwards. Handlers are removed when this start ends.
   */
  readonly informers: SharedInformers;
  /** Gives a recorder of events whose source is `component`. */
  readonly recorder: (component: string) => EventRecorder;
  /**
   * Lets all events wait, for seconds at most, while `busy` says so: a controller's own writes go
   * before what is told of them. `busy` is asked often, so it must be quick, and must not throw.
   */
  readonly holdEventsWhile: (busy: () => boolean) => void;
  /**
   * Calls back each time the provider follows a changed configuration: what failed before may work
   * now, and what is in order may have to be otherwise. Calls to `provider` need no care.
   */
  readonly onProviderChange: (listener: () => void) => void;
  /** What it counts is served with the manager's own metrics. Asking twice for a metric gives the same one. */
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  /** Names the controller in each line. */
  readonly log: Logger;
  /**
   * Aborts when the manager stops, and when this start has ended otherwise; the controller then ends as
   * soon as it safely can, within two seconds. Give it to every call that can wait.
   */
  readonly signal: AbortSignal;
}

/** What came of starting a controller. */
export type ControllerStart =
  | {
      readonly kind: 'running';
      /** Settles after `signal` has aborted and the last work has ended. Ending before is a failure of the controller. */
      readonly done: Promise<void>;
    }
  | {
      readonly kind: 'skipped';
      /** For the log, for example that the provider has no routes. */
      readonly reason: string;
      /** The configuration asks for it: told as information. Default: a warning. */
      readonly asConfigured?: boolean;
    };

/**
 * A controller that a program offers. `runControllerManager` starts those that `--controllers` means,
 * in the order in which they are given to it.
 *
 * One that throws in its start, or whose `done` rejects or resolves before it should, is started again
 * after 1 s, 2 s … 60 s, with a new context; the others go on. Meanwhile `/readyz` has a failing check of
 * its name, `running_managed_controllers` is 0, and `controller_failures_total` has counted it. Only a
 * `ControllerConfigError` ends the manager.
 *
 * @example
 * const nodeCounter: ControllerDescriptor = {
 *   name: 'node-counter',
 *   aliases: ['counter'],
 *   enabledByDefault: false, // runs with --controllers=*,node-counter
 *   start: ({ informers, clock, log, signal }) => {
 *     const { nodes } = informers;
 *     const queue = new WorkQueue({ name: 'node-counter', clock, rateLimiter: defaultControllerRateLimiter({ clock }) });
 *     nodes.addHandler({ onAdd: () => queue.add('all'), onDelete: () => queue.add('all') });
 *     const reconcile = async () => log.info('nodes counted', { nodes: nodes.store.size });
 *     return { kind: 'running', done: runWorkers({ queue, concurrency: 1, reconcile, signal, log }) };
 *   },
 * };
 */
export interface ControllerDescriptor extends SelectableController {
  /** How it names itself to the API server, for example `service-controller`. Default: its name. */
  readonly identity?: string;
  /**
   * Registers its handlers with the informers and starts to work, or says why there is nothing to do.
   * Should not wait for anything: the next controller is started when it returns, or after 10 s.
   * @throws ControllerConfigError where the configuration is wrong, so that another start would be of no use
   */
  start(context: ControllerContext): Promise<ControllerStart> | ControllerStart;
}

import type { CloudProvider, ProviderChange } from '@k8s-ccm/cloud-provider';
import type {
  Clock,
  ControllerDescriptor as Descriptor,
  EventRecorder,
  KubeClient,
  MetricsRegistry,
  Random,
} from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';
import type { ManagerFlags } from './flags/manager-flags.ts';
import type { SharedInformers } from './informers/shared-informers.ts';

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
   * Calls back each time the provider follows a changed configuration, or has other credentials: what
   * failed before may work now. Calls to `provider` need no care.
   */
  readonly onProviderChange: (listener: (change: ProviderChange) => void) => void;
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

/**
 * A controller that a program offers. `runControllerManager` starts those that `--controllers` selects,
 * in the order in which they are passed to it.
 *
 * If a controller's `start` throws, or its `done` settles early, the manager starts the controller again
 * after 1 s, 2 s … 60 s, with a new context; the other controllers keep running. Meanwhile `/readyz` has a failing
 * check with the controller's name, `running_managed_controllers` is 0, and `controller_failures_total` counts the
 * failure. Only a `ControllerConfigError` stops the manager.
 */
export type ControllerDescriptor = Descriptor<ControllerContext>;

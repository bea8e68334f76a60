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
 * The environment of a controller, created for each of its starts. A controller needs nothing else besides
 * `WorkQueue` and `runWorkers` of `@k8s-ccm/controller-runtime`.
 */
export interface ControllerContext {
  /**
   * The cloud provider. Parts that it does not support are absent: return `skipped` if the controller requires
   * such a part.
   */
  readonly provider: CloudProvider;
  /** The value of `--cluster-name`. */
  readonly clusterName: string;
  /** The values of all flags. */
  readonly flags: ManagerFlags;
  /**
   * Client of the API server with the controller's name in the user agent and a rate limit of its own
   * (contract.md#client-identities).
   */
  readonly client: KubeClient;
  /**
   * Informers that all controllers share. They run after all controllers have been started, so add handlers
   * before `start` returns, and wait for their sync only afterwards. Handlers are removed when this start ends.
   */
  readonly informers: SharedInformers;
  /** Returns a recorder of Events with the source `component`. */
  readonly recorder: (component: string) => EventRecorder;
  /**
   * Delays all Events, for a few seconds at most, while `busy` returns true, so that writes of the controller
   * take precedence. `busy` is called often: it must be fast and must not throw.
   */
  readonly holdEventsWhile: (busy: () => boolean) => void;
  /**
   * Calls `listener` after the provider has a changed configuration or other credentials, so that failed operations
   * can be retried. `provider` itself uses them automatically.
   */
  readonly onProviderChange: (listener: (change: ProviderChange) => void) => void;
  /** The registry of the manager's metrics. Registering a metric twice returns the same metric. */
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  /** A logger that adds the name of the controller to each line. */
  readonly log: Logger;
  /**
   * Aborts when the manager stops or when this start ends for another reason. The controller must then stop as
   * soon as it safely can, within two seconds. Pass it to every call that can wait.
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

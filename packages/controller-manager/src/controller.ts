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

/** What a controller gets when it is started. */
export interface ControllerContext {
  readonly provider: CloudProvider;
  /** `--cluster-name`. */
  readonly clusterName: string;
  /** All flags, for those that are the controller's own. */
  readonly flags: ManagerFlags;
  /** Names the controller in its user agent and has its own rate limit (contract §7.8). */
  readonly client: KubeClient;
  /** Shared by all controllers; they run once every controller has been started. */
  readonly informers: SharedInformers;
  /** Gives a recorder of events whose source is `component`. */
  readonly recorder: (component: string) => EventRecorder;
  /**
   * Lets all events wait, for seconds at most, while `busy` says so: a controller's own writes go
   * before what is told of them. `busy` is asked often, so it must be quick, and must not throw.
   */
  readonly holdEventsWhile: (busy: () => boolean) => void;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Aborts when the manager stops; the controller then ends as soon as it safely can. */
  readonly signal: AbortSignal;
}

/** What came of starting a controller. */
export type ControllerStart =
  | {
      readonly kind: 'running';
      /** Settles after `signal` has aborted and the last work has ended. Ending before is a failure of the manager. */
      readonly done: Promise<void>;
    }
  | {
      readonly kind: 'skipped';
      /** For the log, for example that the provider has no routes. */
      readonly reason: string;
    };

/** A controller that a program offers. */
export interface ControllerDescriptor extends SelectableController {
  /** How it names itself to the API server, for example `service-controller`. Default: its name. */
  readonly identity?: string;
  /** Registers its handlers with the informers and starts to work, or says why there is nothing to do. */
  start(context: ControllerContext): Promise<ControllerStart> | ControllerStart;
}

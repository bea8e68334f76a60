import type { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import type { Environment, Verbosity } from '@k8s-ccm/component-config';
import type { Clock, Random } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';
import type { ControllerDescriptor } from './controller.ts';
import type { ManagerFlags } from './flags/manager-flags.ts';

/** Options of {@link runManager}. */
export interface ManagerOptions {
  readonly program: string;
  readonly version: string;
  /** The commit of the build, if known. */
  readonly commit?: string;
  readonly flags: ManagerFlags;
  readonly providers: CloudProviderRegistry;
  readonly controllers: readonly ControllerDescriptor[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The verbosity of `log`, which can change at run time. */
  readonly verbosity: Verbosity;
  /** Environment variables for proxies and for the identity of this Pod, see `ownObject`. Default: none. */
  readonly env?: Environment;
  /** Stops the manager when it aborts. */
  readonly signal: AbortSignal;
  /** Exits the program immediately. */
  readonly endNow: (exitCode: number) => void;
}

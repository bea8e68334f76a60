import type { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import type { Environment, Verbosity } from '@k8s-ccm/component-config';
import type { Clock, Random } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';
import type { ControllerDescriptor } from './controller.ts';
import type { ManagerFlags } from './flags/manager-flags.ts';

/** What a manager is made of. */
export interface ManagerOptions {
  readonly program: string;
  readonly version: string;
  /** The commit that it was built from, where that is known. */
  readonly commit?: string;
  readonly flags: ManagerFlags;
  readonly providers: CloudProviderRegistry;
  readonly controllers: readonly ControllerDescriptor[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How much `log` writes; changes at run time. */
  readonly verbosity: Verbosity;
  /** Says by which proxies to go, and which Pod this is, see `ownObject`. Default: by none, and it does not know. */
  readonly env?: Environment;
  /** Asks the manager to stop. */
  readonly signal: AbortSignal;
  /** Ends the program at once, without waiting for anything. */
  readonly endNow: (exitCode: number) => void;
}

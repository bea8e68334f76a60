import type { Instances } from './instances.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Logger } from '@k8s-ccm/foundation';
import type { ProviderConfiguration } from './provider-configuration.ts';
import type { ProviderInformers } from './provider-informers.ts';
import type { Routes } from './routes.ts';

/** What a provider gets once, when this process starts to act (after the lease is won). */
export interface ProviderContext {
  /**
   * Aborts when leadership or the process ends, and when another provider is about to take this one's
   * place. Work in the background ends with it; calls that are under way do not.
   */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * A cloud, as the controllers see it. A part that the cloud does not support is absent: its
 * controllers are then skipped and the manager goes on. See contract.md#provider.
 */
export interface CloudProvider {
  /** The name of `--cloud-provider`, and the scheme of provider ids on the older instances path. */
  readonly name: string;
  /** Called before any controller is started; may start background work. */
  initialize?(context: ProviderContext): Promise<void>;
  /**
   * Called once after {@link initialize}, before any controller is started and before the caches are
   * filled. For providers that must look at the cluster; most do not, and INSPUR's does not.
   */
  setInformers?(informers: ProviderInformers): void;
  /** Load balancers for Services of type LoadBalancer. */
  readonly loadBalancer?: LoadBalancer;
  /** The servers behind the Nodes. */
  readonly instances?: Instances;
  /** Routes for the pod CIDRs of the Nodes. */
  readonly routes?: Routes;
  /** What it was made from; without it only a change of `--cloud-config` itself is seen. */
  readonly configuration?: ProviderConfiguration;
  /** False where the cloud cannot tell this cluster's resources from another's. Default true. */
  hasClusterId?(): boolean;
  /** Releases connections and timers. Idempotent. */
  close?(): Promise<void>;
}

import {
  LoadBalancerCleanupFinalizer,
  ServiceEvent,
  errorText,
  findRetryAfter,
  hasLoadBalancerFinalizer,
  isImplementedElsewhere,
  loadBalancerStatusEqual,
  wantsLoadBalancer,
} from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancer,
  LoadBalancerStatus,
  Node,
  Service,
  ServiceCallOptions,
} from '@k8s-ccm/cloud-provider';
import { isNotFound } from '@k8s-ccm/controller-runtime';
import type { EventRecorder, ResourceClient } from '@k8s-ccm/controller-runtime';
import {
  addFinalizerPatch,
  loadBalancerStatusPatch,
  removeFinalizerPatch,
} from './service-patches.ts';
import { ServiceSyncError } from './service-sync-error.ts';

/** What one try for a Service did. */
export type SyncOutcome = 'ensured' | 'left-alone' | 'deleted' | 'gone';

/**
 * True where a load balancer is to exist. A Service that is being deleted is not given one any
 * more, with or without our finalizer: the API server would refuse the finalizer for ever.
 */
export function mayHaveLoadBalancer(service: Service): boolean {
  return wantsLoadBalancer(service) && service.metadata?.deletionTimestamp === undefined;
}

/** What a try for a Service works with. */
export interface LoadBalancerSyncOptions {
  readonly loadBalancer: LoadBalancer;
  readonly services: Pick<ResourceClient<Service>, 'patch'>;
  readonly recorder: EventRecorder;
  readonly clusterName: string;
}

/**
 * Brings one Service and its load balancer together: the ensure path (contract §4.5) and the
 * delete path (§4.6), step for step and event for event.
 */
export class LoadBalancerSync {
  readonly #loadBalancer: LoadBalancer;
  readonly #services: Pick<ResourceClient<Service>, 'patch'>;
  readonly #recorder: EventRecorder;
  readonly #clusterName: string;

  constructor(options: LoadBalancerSyncOptions) {
    this.#loadBalancer = options.loadBalancer;
    this.#services = options.services;
    this.#recorder = options.recorder;
    this.#clusterName = options.clusterName;
  }

  /**
   * Ensures or deletes, as the Service asks for. `hosts` is called when the provider is about to
   * be given nodes, so that the caller knows what it was given even if the call fails.
   * @throws ServiceSyncError where a step failed
   */
  async sync(
    service: Service,
    hosts: () => readonly Node[],
    options: ServiceCallOptions,
  ): Promise<SyncOutcome> {
    return mayHaveLoadBalancer(service)
      ? this.#ensure(service, hosts, options)
      : this.#cleanUp(service, options);
  }

  /**
   * Deletes the load balancer of a Service that is gone without having been cleaned up, or that
   * was replaced by another of the same name (contract §4.8).
   * @throws ServiceSyncError where the provider failed
   */
  async deleteForgotten(service: Service, options: ServiceCallOptions): Promise<void> {
    if (!wantsLoadBalancer(service)) return;
    this.#event(service, ServiceEvent.DeletingLoadBalancer);
    try {
      await this.#loadBalancer.ensureDeleted({ clusterName: this.#clusterName, service }, options);
    } catch (error) {
      options.signal.throwIfAborted();
      this.#recorder.event(
        service,
        'Warning',
        ServiceEvent.DeleteLoadBalancerFailed.reason,
        `Error deleting load balancer: ${errorText(error)}`,
      );
      throw syncError(errorText(error), error, 'retry-after-counts');
    }
    this.#event(service, ServiceEvent.DeletedLoadBalancer);
  }

  async #ensure(
    service: Service,
    hosts: () => readonly Node[],
    options: ServiceCallOptions,
  ): Promise<SyncOutcome> {
    this.#event(service, ServiceEvent.EnsuringLoadBalancer);
    if (!(await this.#addFinalizer(service, options.signal))) return 'gone';
    const nodes = hosts();
    if (nodes.length === 0) this.#event(service, ServiceEvent.UnAvailableLoadBalancer);
    let status: LoadBalancerStatus;
    try {
      status = await this.#loadBalancer.ensure(
        { clusterName: this.#clusterName, service, nodes },
        options,
      );
    } catch (error) {
      if (isImplementedElsewhere(error)) return 'left-alone';
      throw syncError('failed to ensure load balancer', error, 'retry-after-counts');
    }
    // A provider in plain JavaScript may return nothing; contract case 94 names the text.
    if ((status as LoadBalancerStatus | undefined) === undefined) {
      throw new ServiceSyncError('service status returned by EnsureLoadBalancer is nil');
    }
    this.#event(service, ServiceEvent.EnsuredLoadBalancer);
    await this.#writeStatus(service, status, options.signal);
    return 'ensured';
  }

  async #cleanUp(service: Service, options: ServiceCallOptions): Promise<SyncOutcome> {
    const input = { clusterName: this.#clusterName, service };
    let existing: LoadBalancerStatus | undefined;
    try {
      existing = await this.#loadBalancer.get(input, options);
    } catch (error) {
      throw syncError('failed to check if load balancer exists before cleanup', error);
    }
    if (existing !== undefined) {
      this.#event(service, ServiceEvent.DeletingLoadBalancer);
      try {
        await this.#loadBalancer.ensureDeleted(input, options);
      } catch (error) {
        if (!isImplementedElsewhere(error)) {
          throw syncError('failed to delete load balancer', error);
        }
      }
    }
    if (hasLoadBalancerFinalizer(service)) await this.#removeFinalizer(service, options.signal);
    this.#event(service, ServiceEvent.DeletedLoadBalancer);
    if (!isGoneWithFinalizer(service)) await this.#writeStatus(service, {}, options.signal);
    return 'deleted';
  }

  /** False where the Service is gone, so that nothing may be made for it. */
  async #addFinalizer(service: Service, signal: AbortSignal): Promise<boolean> {
    if (hasLoadBalancerFinalizer(service)) return true;
    try {
      await this.#patch(service, addFinalizerPatch(service), signal);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw syncError('failed to add load balancer cleanup finalizer', error);
    }
  }

  async #removeFinalizer(service: Service, signal: AbortSignal): Promise<void> {
    try {
      await this.#patch(service, removeFinalizerPatch(service), signal);
    } catch (error) {
      if (isNotFound(error)) return;
      throw syncError('failed to remove load balancer cleanup finalizer', error);
    }
  }

  async #writeStatus(
    service: Service,
    status: LoadBalancerStatus,
    signal: AbortSignal,
  ): Promise<void> {
    if (loadBalancerStatusEqual(withIpMode(service.status?.loadBalancer), withIpMode(status)))
      return;
    try {
      await this.#patch(service, loadBalancerStatusPatch(service, status), signal);
    } catch (error) {
      if (isNotFound(error)) return;
      throw syncError('failed to update load balancer status', error);
    }
  }

  async #patch(service: Service, patch: object, signal: AbortSignal): Promise<void> {
    const { name = '', namespace = '' } = service.metadata ?? {};
    await this.#services.patch({ name, namespace }, patch, {
      type: 'strategic',
      subresource: 'status',
      signal,
    });
  }

  #event(service: Service, event: (typeof ServiceEvent)[keyof typeof ServiceEvent]): void {
    this.#recorder.event(service, event.type, event.reason, event.message);
  }
}

/** True where our finalizer was the last that held a Service: there is no status to clear any more. */
function isGoneWithFinalizer({ metadata }: Service): boolean {
  const others = (metadata?.finalizers ?? []).filter(
    (finalizer) => finalizer !== LoadBalancerCleanupFinalizer,
  );
  return metadata?.deletionTimestamp !== undefined && others.length === 0;
}

/** The API server writes `VIP` where an address comes without a mode; that is no difference. */
function withIpMode(status: LoadBalancerStatus | undefined): LoadBalancerStatus {
  const ingress = status?.ingress ?? [];
  return { ingress: ingress.map((point) => (point.ip ? { ipMode: 'VIP', ...point } : point)) };
}

/**
 * Upstream keeps a provider's wish for a certain retry time on some paths and flattens it to text
 * on others (contract §4.4, case 127); so the wish counts only where that is said.
 */
function syncError(step: string, cause: unknown, wish?: 'retry-after-counts'): ServiceSyncError {
  const text = errorText(cause);
  const retryAfterMs = wish === undefined ? undefined : findRetryAfter(cause)?.retryAfterMs;
  return new ServiceSyncError(step === text ? text : `${step}: ${text}`, {
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

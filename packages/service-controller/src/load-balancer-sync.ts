import {
  LoadBalancerCleanupFinalizer,
  ServiceEvent,
  errorText,
  isImplementedElsewhere,
} from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancer,
  LoadBalancerStatus,
  Service,
  ServiceCallOptions,
} from '@k8s-ccm/cloud-provider';
import { isNewerVersion, objectKey } from '@k8s-ccm/controller-runtime';
import type { EventRecorder, Store } from '@k8s-ccm/controller-runtime';
import type { EligibleNodes } from './eligible-nodes.ts';
import type { ServiceRecords } from './service-records.ts';
import type { ServiceStandings } from './service-standing.ts';
import { ServiceSyncError } from './service-sync-error.ts';
import { showsStatus } from './service-writer.ts';
import type { ServiceWriter } from './service-writer.ts';

/** What one try for a Service did. */
export type SyncOutcome =
  | 'ensured'
  /** Nothing was written: another implementation is responsible. */
  | 'left-alone'
  /** The Service stopped asking for its load balancer meanwhile; that change is queued. */
  | 'superseded'
  | 'deleted'
  /** The Service does not exist any more; its DELETE event is still to come. */
  | 'gone';

/** What a try for a Service works with. */
export interface LoadBalancerSyncOptions {
  readonly loadBalancer: LoadBalancer;
  readonly store: Pick<Store<Service>, 'get'>;
  readonly standings: ServiceStandings;
  readonly records: ServiceRecords;
  readonly nodes: Pick<EligibleNodes, 'current'>;
  readonly writer: ServiceWriter;
  readonly recorder: EventRecorder;
  readonly clusterName: string;
}

/**
 * Brings one Service and its load balancer together: the ensure path (contract.md#service-ensure) and the
 * delete path (contract.md#service-delete), step for step and event for event.
 */
export class LoadBalancerSync {
  readonly #options: LoadBalancerSyncOptions;

  constructor(options: LoadBalancerSyncOptions) {
    this.#options = options;
  }

  /**
   * Ensures or deletes, as the Service asks for.
   * @throws ServiceSyncError if a step failed
   */
  async sync(service: Service, options: ServiceCallOptions): Promise<SyncOutcome> {
    const { standings } = this.#options;
    if (standings.isServed(service)) return await this.#ensure(service, options);
    if (standings.of(service) === 'foreign') return await this.#release(service, options);
    return await this.#cleanUp(service, options);
  }

  /**
   * Deletes the load balancer of a Service that is gone without having been cleaned up, or that
   * was replaced by another of the same name (contract.md#service-replaced).
   * @throws ServiceSyncError if the provider failed
   */
  async deleteForgotten(service: Service, options: ServiceCallOptions): Promise<void> {
    const { loadBalancer, recorder, clusterName } = this.#options;
    this.#event(service, ServiceEvent.DeletingLoadBalancer);
    try {
      await loadBalancer.ensureDeleted({ clusterName, service }, options);
    } catch (error) {
      options.signal.throwIfAborted();
      recorder.event(
        service,
        'Warning',
        ServiceEvent.DeleteLoadBalancerFailed.reason,
        `Error deleting load balancer: ${errorText(error)}`,
      );
      throw ServiceSyncError.around(errorText(error), error, 'retry-after-counts');
    }
    this.#event(service, ServiceEvent.DeletedLoadBalancer);
  }

  async #ensure(service: Service, options: ServiceCallOptions): Promise<SyncOutcome> {
    const { loadBalancer, standings, records, writer, clusterName } = this.#options;
    this.#event(service, ServiceEvent.EnsuringLoadBalancer);
    const held = await writer.addFinalizer(service, options.signal);
    if (held === undefined) return 'gone';
    if (!standings.isServed(held)) return 'superseded';
    const { nodes, key: hostsKey } = this.#options.nodes.current();
    if (nodes.length === 0) this.#event(service, ServiceEvent.UnAvailableLoadBalancer);
    records.rememberEnsure(service, hostsKey);
    let status: LoadBalancerStatus;
    try {
      status = await loadBalancer.ensure({ clusterName, service, nodes }, options);
    } catch (error) {
      if (isImplementedElsewhere(error)) {
        records.forgetStatus(service);
        return 'left-alone';
      }
      throw ServiceSyncError.around('failed to ensure load balancer', error, 'retry-after-counts');
    }
    // A provider in plain JavaScript may return nothing; contract.md#case-94 names the text.
    if ((status as LoadBalancerStatus | undefined) === undefined) {
      throw new ServiceSyncError('service status returned by EnsureLoadBalancer is nil');
    }
    const latest = this.#latest(held);
    if (!standings.isServed(latest)) return 'superseded';
    this.#event(service, ServiceEvent.EnsuredLoadBalancer);
    const written = await writer.writeStatus(latest, status, options.signal);
    if (written === undefined) return 'gone';
    if (!standings.isServed(written)) return 'superseded';
    records.rememberStatus(service, status);
    return 'ensured';
  }

  /** The load balancer of a Service that is being deleted, or has another type now. */
  async #cleanUp(service: Service, options: ServiceCallOptions): Promise<SyncOutcome> {
    const { writer } = this.#options;
    const existing = await this.#find(service, options);
    const isOurs = this.#isOurStatus(service, existing);
    if (existing !== undefined) await this.#delete(service, options);
    const released = await writer.removeFinalizer(service, options.signal);
    this.#event(service, ServiceEvent.DeletedLoadBalancer);
    if (released === undefined || isGone(released)) return 'deleted';
    // If it is of type LoadBalancer again, the status may be another implementation's by now.
    const mayClear = (state: Service): boolean =>
      !isLoadBalancerAgain(service, state) || isOurs(state);
    await writer.clearStatus(released, mayClear, options.signal);
    return 'deleted';
  }

  /**
   * A Service of type LoadBalancer that another implementation serves. Nothing is written to it but
   * what takes back our own: what this process ensured, or a Service with the finalizer, may have a
   * load balancer of ours. Its status is removed only if it shows that load balancer, and before
   * that is deleted: after a crash in between, nothing would tell whose status it is.
   */
  async #release(service: Service, options: ServiceCallOptions): Promise<SyncOutcome> {
    const { standings, records, writer } = this.#options;
    const record = records.of(service);
    if (record === undefined && !standings.owesCleanup(service)) return 'left-alone';
    const existing = await this.#find(service, options);
    const isOurs = this.#isOurStatus(service, existing);
    const cleared = await writer.clearStatus(service, isOurs, options.signal);
    if (existing !== undefined) await this.#delete(service, options);
    await writer.removeFinalizer(cleared ?? service, options.signal);
    if (existing !== undefined) this.#event(service, ServiceEvent.DeletedLoadBalancer);
    return 'deleted';
  }

  async #find(
    service: Service,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus | undefined> {
    const { loadBalancer, clusterName } = this.#options;
    try {
      return await loadBalancer.get({ clusterName, service }, options);
    } catch (error) {
      const step = 'failed to check if load balancer exists before cleanup';
      throw ServiceSyncError.around(step, error);
    }
  }

  /** Tells whether a state of the Service shows the load balancer that it has, or that it was given last. */
  #isOurStatus(
    service: Service,
    existing: LoadBalancerStatus | undefined,
  ): (state: Service) => boolean {
    const given = this.#options.records.of(service)?.status;
    const ours = [existing, given].filter((status) => status !== undefined);
    return (state) => ours.some((status) => showsStatus(state, status));
  }

  async #delete(service: Service, options: ServiceCallOptions): Promise<void> {
    const { loadBalancer, clusterName } = this.#options;
    this.#event(service, ServiceEvent.DeletingLoadBalancer);
    try {
      await loadBalancer.ensureDeleted({ clusterName, service }, options);
    } catch (error) {
      if (!isImplementedElsewhere(error))
        throw ServiceSyncError.around('failed to delete load balancer', error);
    }
  }

  /** The latest state of the Service that is known. */
  #latest(service: Service): Service {
    const { uid, resourceVersion } = service.metadata ?? {};
    const cached = this.#options.store.get(objectKey(service));
    const isLater = isNewerVersion(cached?.metadata?.resourceVersion, resourceVersion);
    return cached !== undefined && cached.metadata?.uid === uid && isLater ? cached : service;
  }

  #event(service: Service, event: (typeof ServiceEvent)[keyof typeof ServiceEvent]): void {
    this.#options.recorder.event(service, event.type, event.reason, event.message);
  }
}

/** Whether our finalizer was the last that held a Service: there is no status to clear any more. */
function isGone({ metadata }: Service): boolean {
  const others = (metadata?.finalizers ?? []).filter(
    (finalizer) => finalizer !== LoadBalancerCleanupFinalizer,
  );
  return metadata?.deletionTimestamp !== undefined && others.length === 0;
}

/** Whether a Service that had another type is of type LoadBalancer now. */
function isLoadBalancerAgain(before: Service, now: Service): boolean {
  return before.spec?.type !== 'LoadBalancer' && now.spec?.type === 'LoadBalancer';
}

import { hasLoadBalancerFinalizer, loadBalancerStatusEqual } from '@k8s-ccm/cloud-provider';
import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';
import { findObject, isConflict, isNotFound } from '@k8s-ccm/controller-runtime';
import type { OwnWrites, ResourceClient } from '@k8s-ccm/controller-runtime';
import {
  addFinalizerPatch,
  loadBalancerStatusPatch,
  removeFinalizerPatch,
} from './service-patches.ts';
import type { ServiceStandings } from './service-standing.ts';
import { ServiceSyncError } from './service-sync-error.ts';

/** Tries of one write in all while others keep changing the Service. */
const maxTries = 5;

/** What {@link ServiceWriter} works with. */
export interface ServiceWriterOptions {
  readonly services: Pick<ResourceClient<Service>, 'list' | 'patch'>;
  readonly standings: Pick<ServiceStandings, 'isServed'>;
  readonly ownWrites: Pick<OwnWrites<Service>, 'wrote'>;
}

interface Write {
  /** Names the write in an error. */
  readonly step: string;
  /** Whether this state of the Service needs the write, and allows it. */
  readonly isDue: (state: Service) => boolean;
  readonly patch: (state: Service) => object;
}

/**
 * Writes the finalizer and the status of Services. Each write is for the state of the Service that
 * allows it: if the Service has changed since, the API server refuses the write, and the new state
 * decides. So a Service that another implementation has taken over meanwhile is not written to.
 *
 * All methods return the Service as it is then, or `undefined` if it does not exist any more.
 */
export class ServiceWriter {
  readonly #options: ServiceWriterOptions;

  constructor(options: ServiceWriterOptions) {
    this.#options = options;
  }

  /** Does nothing for a Service that is not served. @throws ServiceSyncError */
  async addFinalizer(service: Service, signal: AbortSignal): Promise<Service | undefined> {
    const write: Write = {
      step: 'failed to add load balancer cleanup finalizer',
      isDue: (state) => !hasLoadBalancerFinalizer(state) && this.#isServed(state),
      patch: addFinalizerPatch,
    };
    return await this.#write(service, write, signal);
  }

  /** @throws ServiceSyncError */
  async removeFinalizer(service: Service, signal: AbortSignal): Promise<Service | undefined> {
    const write: Write = {
      step: 'failed to remove load balancer cleanup finalizer',
      isDue: hasLoadBalancerFinalizer,
      patch: removeFinalizerPatch,
    };
    return await this.#write(service, write, signal);
  }

  /** Does nothing for a Service that is not served. @throws ServiceSyncError */
  async writeStatus(
    service: Service,
    status: LoadBalancerStatus,
    signal: AbortSignal,
  ): Promise<Service | undefined> {
    const write: Write = {
      step: 'failed to update load balancer status',
      isDue: (state) => !showsStatus(state, status) && this.#isServed(state),
      patch: (state) => loadBalancerStatusPatch(state, status),
    };
    return await this.#write(service, write, signal);
  }

  /** Removes a status of which `isOurs` says so. @throws ServiceSyncError */
  async clearStatus(
    service: Service,
    isOurs: (state: Service) => boolean,
    signal: AbortSignal,
  ): Promise<Service | undefined> {
    const write: Write = {
      step: 'failed to update load balancer status',
      isDue: (state) => !showsStatus(state, {}) && isOurs(state),
      patch: (state) => loadBalancerStatusPatch(state, {}),
    };
    return await this.#write(service, write, signal);
  }

  #isServed(service: Service): boolean {
    return this.#options.standings.isServed(service);
  }

  async #write(service: Service, write: Write, signal: AbortSignal): Promise<Service | undefined> {
    let state: Service | undefined = service;
    try {
      for (let tries = 1; state !== undefined && write.isDue(state); tries += 1) {
        const written = await this.#patch(state, write.patch(state), signal, tries < maxTries);
        if (written !== undefined) return written;
        state = await this.#read(state, signal);
      }
      return state;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw ServiceSyncError.around(write.step, error);
    }
  }

  /** `undefined` if the Service has changed, and may be looked at again. */
  async #patch(
    service: Service,
    patch: object,
    signal: AbortSignal,
    mayLookAgain: boolean,
  ): Promise<Service | undefined> {
    const { services, ownWrites } = this.#options;
    const options = { type: 'strategic', subresource: 'status', signal } as const;
    try {
      const written = await services.patch(refOf(service), patch, options);
      ownWrites.wrote(written);
      return written;
    } catch (error) {
      if (isConflict(error) && mayLookAgain) return undefined;
      throw error;
    }
  }

  async #read(service: Service, signal: AbortSignal): Promise<Service | undefined> {
    const live = await findObject(this.#options.services, refOf(service), { signal });
    return live?.metadata?.uid === service.metadata?.uid ? live : undefined;
  }
}

/** Whether the Service shows this load balancer. */
export function showsStatus(service: Service, status: LoadBalancerStatus): boolean {
  return loadBalancerStatusEqual(withIpMode(service.status?.loadBalancer), withIpMode(status));
}

/** The API server writes `VIP` if an address comes without a mode; that is no difference. */
function withIpMode(status: LoadBalancerStatus | undefined): LoadBalancerStatus {
  const ingress = status?.ingress ?? [];
  return { ingress: ingress.map((point) => (point.ip ? { ipMode: 'VIP', ...point } : point)) };
}

function refOf({ metadata }: Service): { readonly name: string; readonly namespace: string } {
  return { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' };
}

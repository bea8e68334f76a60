import { needsUpdate } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import { objectKey } from '@k8s-ccm/controller-runtime';
import type { DirtyReason } from './dirty-services.ts';
import type { ServiceRecords } from './service-records.ts';
import type { ServiceStandings } from './service-standing.ts';
import type { StatusGuard } from './status-guard.ts';

/** What {@link ServiceTriggers} works with. */
export interface ServiceTriggersOptions {
  readonly standings: ServiceStandings;
  readonly records: Pick<ServiceRecords, 'get'>;
  readonly status: Pick<StatusGuard, 'isChanged'>;
}

/** Decides which changes of Services are work for the controller (contract.md#service-triggers). */
export class ServiceTriggers {
  readonly #options: ServiceTriggersOptions;

  constructor(options: ServiceTriggersOptions) {
    this.#options = options;
  }

  /** Whether there may be something to do for a Service: it is ours, or something of ours is left. */
  concerns(service: Service): boolean {
    const { standings } = this.#options;
    return (
      standings.of(service) === 'ours' || standings.owesCleanup(service) || this.#isKnown(service)
    );
  }

  added(service: Service): DirtyReason | undefined {
    return this.concerns(service) ? 'service' : undefined;
  }

  /** On a resync, both are the same object. */
  updated(old: Service, service: Service): DirtyReason | undefined {
    const { standings, status } = this.#options;
    if (standings.owesCleanup(service)) return 'service';
    const isConcern = this.concerns(service) || this.concerns(old);
    if (isConcern && needsUpdate(old, service)) return 'service';
    return status.isChanged(service) ? 'status' : undefined;
  }

  deleted(service: Service): DirtyReason | undefined {
    return this.#isKnown(service) ? 'service' : undefined;
  }

  #isKnown(service: Service): boolean {
    return this.#options.records.get(objectKey(service)) !== undefined;
  }
}

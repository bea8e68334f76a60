import { hasLoadBalancerFinalizer } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import { objectKey } from '@k8s-ccm/controller-runtime';
import type { OwnWrites } from '@k8s-ccm/controller-runtime';
import type { ServiceRecords } from './service-records.ts';
import type { ServiceStandings } from './service-standing.ts';
import { showsStatus } from './service-writer.ts';
import type { ServiceWriter } from './service-writer.ts';

/** What {@link StatusGuard} works with. */
export interface StatusGuardOptions {
  readonly records: ServiceRecords;
  readonly standings: ServiceStandings;
  readonly ownWrites: Pick<OwnWrites<Service>, 'isAhead'>;
  readonly writer: Pick<ServiceWriter, 'addFinalizer' | 'writeStatus'>;
}

/** Keeps the finalizer and the status of a served Service, although other clients may change them. */
export class StatusGuard {
  readonly #options: StatusGuardOptions;

  constructor(options: StatusGuardOptions) {
    this.#options = options;
  }

  /** Whether another client changed them. A copy that is older than our own write proves nothing. */
  isChanged(service: Service): boolean {
    const { records, standings, ownWrites } = this.#options;
    const given = records.of(service)?.status;
    if (given === undefined) return false;
    if (showsStatus(service, given) && hasLoadBalancerFinalizer(service)) return false;
    return standings.isServed(service) && !ownWrites.isAhead(objectKey(service));
  }

  /** Writes the finalizer, and the status that the Service was given last. @throws ServiceSyncError */
  async restore(service: Service, signal: AbortSignal): Promise<void> {
    const { records, writer } = this.#options;
    const given = records.of(service)?.status;
    if (given === undefined) return;
    const held = await writer.addFinalizer(service, signal);
    if (held !== undefined) await writer.writeStatus(held, given, signal);
  }
}

import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';
import { objectKey } from '@k8s-ccm/controller-runtime';

/** What the controller remembers of a Service for which this process has called `ensure`. */
export interface ServiceRecord {
  /** The Service as the provider was given it last; still here after the object is gone. */
  readonly service: Service;
  /** The key of the hosts that the provider was given last. */
  readonly hostsKey: string;
  /** The status that the Service was given last; absent before the first success. */
  readonly status?: LoadBalancerStatus;
}

/** The controller's memory by Service key, in this process only (contract.md#service-sync, contract.md#service-replaced). */
export class ServiceRecords {
  readonly #records = new Map<string, ServiceRecord>();

  get(key: string): ServiceRecord | undefined {
    return this.#records.get(key);
  }

  /** The record of this very Service, not of another one that had its name. */
  of(service: Service): ServiceRecord | undefined {
    const record = this.#records.get(objectKey(service));
    return record?.service.metadata?.uid === service.metadata?.uid ? record : undefined;
  }

  /** Call before the provider is called, so that a load balancer that was made halfway is known. */
  rememberEnsure(service: Service, hostsKey: string): void {
    this.#records.set(objectKey(service), { ...this.of(service), service, hostsKey });
  }

  /** Call before the provider is given other hosts. */
  rememberHosts(service: Service, hostsKey: string): void {
    const record = this.of(service);
    if (record !== undefined) this.#records.set(objectKey(service), { ...record, hostsKey });
  }

  rememberStatus(service: Service, status: LoadBalancerStatus): void {
    const record = this.of(service);
    if (record !== undefined) this.#records.set(objectKey(service), { ...record, status });
  }

  /** Call when the status is somebody else's business again. */
  forgetStatus(service: Service): void {
    const record = this.of(service);
    if (record === undefined) return;
    const { status: _dropped, ...rest } = record;
    this.#records.set(objectKey(service), rest);
  }

  forget(key: string): void {
    this.#records.delete(key);
  }
}

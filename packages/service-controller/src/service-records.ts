import type { Service } from '@k8s-ccm/cloud-provider';

/** What the controller remembers of a Service that it has worked on. */
export interface ServiceRecord {
  /** The Service as it was at the last try; still here after the object is gone. */
  readonly service: Service;
  /** The key of the hosts that the provider was given last; `undefined` before the first time. */
  readonly hostsKey?: string;
}

/** The controller's memory by Service key, in this process only (contract §4.4, §4.8). */
export class ServiceRecords {
  readonly #records = new Map<string, ServiceRecord>();

  get(key: string): ServiceRecord | undefined {
    return this.#records.get(key);
  }

  /** Remembers the Service before the cloud is called, so that a failing one is known too. */
  rememberService(key: string, service: Service): void {
    this.#records.set(key, { ...this.#records.get(key), service });
  }

  /** Remembers the hosts that the provider is about to be given. */
  rememberHosts(key: string, hostsKey: string): void {
    const record = this.#records.get(key);
    if (record !== undefined) this.#records.set(key, { ...record, hostsKey });
  }

  forget(key: string): void {
    this.#records.delete(key);
  }
}

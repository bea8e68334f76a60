import { LoadBalancerCleanupFinalizer, silentLogger } from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancer,
  LoadBalancerStatus,
  Node,
  Service,
  ServiceCallOptions,
  ServiceReport,
} from '@k8s-ccm/cloud-provider';

const clusterName = 'kubernetes';

/**
 * Plays the API server's and the service controller's part for one Service: finalizer before the
 * first call, status after the last, and what was reported on the way.
 */
export class ServiceActor {
  readonly reports: ServiceReport[] = [];
  /** The delays after which the provider asked to be called again, in milliseconds. */
  readonly requeues: number[] = [];
  /** The Service as the API server holds it. */
  service: Service;

  constructor(service: Service) {
    this.service = service;
  }

  /** What the Service shows. */
  get addresses(): readonly string[] {
    return (this.service.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? '');
  }

  /** Changes the Service as a user would. */
  edit(change: (service: Service) => Service): this {
    this.service = change(this.service);
    return this;
  }

  /** Sets an annotation; `undefined` removes it. */
  annotate(key: string, value: string | undefined): this {
    return this.edit((service) => {
      const others = Object.entries(service.metadata?.annotations ?? {}).filter(
        ([other]) => other !== key,
      );
      const annotations = Object.fromEntries(
        value === undefined ? others : [...others, [key, value]],
      );
      return { ...service, metadata: { ...service.metadata, annotations } };
    });
  }

  /** Ensures and writes the status. `crash` ends the process before the status is written. */
  async ensure(
    loadBalancer: LoadBalancer,
    nodes: readonly Node[],
    { crash = false }: { readonly crash?: boolean } = {},
  ): Promise<LoadBalancerStatus> {
    const { service } = this;
    this.edit(withFinalizer);
    const status = await loadBalancer.ensure({ clusterName, service, nodes }, this.options());
    if (!crash) this.#writeStatus(status);
    return status;
  }

  async update(loadBalancer: LoadBalancer, nodes: readonly Node[]): Promise<void> {
    const { service } = this;
    await loadBalancer.update({ clusterName, service, nodes }, this.options());
  }

  /** The whole delete path. Gives what `get` said. */
  async delete(loadBalancer: LoadBalancer): Promise<LoadBalancerStatus | undefined> {
    this.edit((service) => ({
      ...service,
      metadata: { ...service.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    }));
    const existing = await this.#remove(loadBalancer);
    this.#writeStatus({});
    return existing;
  }

  /** The delete path of a Service that lives on: it loses the finalizer, and its status if `get` gave one. */
  async release(loadBalancer: LoadBalancer): Promise<void> {
    const existing = await this.#remove(loadBalancer);
    this.edit(withoutFinalizer);
    if (existing !== undefined) this.#writeStatus({});
  }

  async get(loadBalancer: LoadBalancer): Promise<LoadBalancerStatus | undefined> {
    return await loadBalancer.get({ clusterName, service: this.service }, this.options());
  }

  /** What comes with every call. */
  options(signal: AbortSignal = new AbortController().signal): ServiceCallOptions {
    return {
      signal,
      log: silentLogger,
      report: (report) => {
        this.reports.push(report);
      },
      requeueAfter: (ms) => {
        this.requeues.push(ms);
      },
    };
  }

  async #remove(loadBalancer: LoadBalancer): Promise<LoadBalancerStatus | undefined> {
    const existing = await this.get(loadBalancer);
    if (existing !== undefined) {
      const { service } = this;
      await loadBalancer.ensureDeleted({ clusterName, service }, this.options());
    }
    return existing;
  }

  #writeStatus(loadBalancer: LoadBalancerStatus): void {
    this.edit((service) => ({ ...service, status: { loadBalancer } }));
  }
}

function withFinalizer(service: Service): Service {
  const finalizers = [LoadBalancerCleanupFinalizer];
  return { ...service, metadata: { ...service.metadata, finalizers } };
}

function withoutFinalizer(service: Service): Service {
  return { ...service, metadata: { ...service.metadata, finalizers: [] } };
}

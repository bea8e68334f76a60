import { ServiceEvent, errorText } from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancer,
  Logger,
  Node,
  ProviderChange,
  Service,
  ServiceCallOptions,
} from '@k8s-ccm/cloud-provider';
import {
  CaughtUpReader,
  OwnWrites,
  isConflict,
  objectKey,
  runWorkers,
} from '@k8s-ccm/controller-runtime';
import type {
  Clock,
  EventRecorder,
  Informer,
  MetricsRegistry,
  ResourceClient,
} from '@k8s-ccm/controller-runtime';
import { EligibleNodes } from './eligible-nodes.ts';
import { HostUpdate } from './host-update.ts';
import { LoadBalancerSync } from './load-balancer-sync.ts';
import { NodeSyncPass } from './node-sync-pass.ts';
import { createServiceMetrics } from './service-metrics.ts';
import { ServiceQueue } from './service-queue.ts';
import { ServiceRecords } from './service-records.ts';
import { ServiceStandings } from './service-standing.ts';
import { ServiceSyncError } from './service-sync-error.ts';
import { ServiceTriggers } from './service-triggers.ts';
import { ServiceWriter } from './service-writer.ts';
import { StatusGuard } from './status-guard.ts';

/** A cleanup that keeps failing is tried again this often, however long its backoff is (contract.md#case-124). */
const cleanupRetryMs = 30_000;

/** What the service controller works with. */
export interface ServiceControllerOptions {
  readonly loadBalancer: LoadBalancer;
  /** The client that writes finalizer and status. */
  readonly services: Pick<ResourceClient<Service>, 'list' | 'patch'>;
  readonly serviceInformer: Informer<Service>;
  readonly nodeInformer: Informer<Node>;
  readonly recorder: EventRecorder;
  /** Told when Services wait: events then wait too, since an address goes first. Default: nobody is told. */
  readonly holdEventsWhile?: (busy: () => boolean) => void;
  /** Calls back when the provider has another configuration or other credentials. Default: never. */
  readonly onProviderChange?: (listener: (change: ProviderChange) => void) => void;
  /** `--cluster-name`. */
  readonly clusterName: string;
  /** Services worked on at once; at least 1. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
}

/**
 * Keeps the cloud's load balancers what the Services of type LoadBalancer ask for (contract.md#service-controller).
 *
 * There is one queue of Service keys. A Service that changed, a node that came or went, and a
 * failed try all put the key there, so no two calls for one Service ever run at once and an old
 * node list cannot overwrite a newer one (upstream has a second queue and both can).
 */
export class ServiceController {
  readonly #options: ServiceControllerOptions;
  readonly #queue: ServiceQueue;
  /** Keys of Services whose status may be written now: a copy that shows another one is no news. */
  readonly #syncing = new Set<string>();
  readonly #records = new ServiceRecords();
  readonly #standings: ServiceStandings;
  readonly #reader: CaughtUpReader<Service>;
  readonly #nodes: EligibleNodes;
  readonly #pass: NodeSyncPass;
  readonly #status: StatusGuard;
  readonly #triggers: ServiceTriggers;
  readonly #sync: LoadBalancerSync;
  readonly #hosts: HostUpdate;
  #fanOutPending = false;

  /** Registers with the informers at once, so that nothing is missed before it runs. */
  constructor(options: ServiceControllerOptions) {
    this.#options = options;
    const { clock, services, serviceInformer } = options;
    const metrics =
      options.metrics === undefined ? undefined : createServiceMetrics(options.metrics);
    this.#queue = new ServiceQueue(options);
    this.#nodes = new EligibleNodes(options.nodeInformer.store, options.loadBalancer);
    const records = this.#records;
    const standings = new ServiceStandings(options.loadBalancer);
    this.#standings = standings;
    const ownWrites = new OwnWrites({ informer: serviceInformer, client: services });
    this.#reader = new CaughtUpReader({
      informer: serviceInformer,
      ownWrites,
      queue: this.#queue.keys,
      clock,
    });
    this.#pass = new NodeSyncPass(clock, metrics?.nodeSyncSeconds);
    const writer = new ServiceWriter({ services, standings, ownWrites });
    this.#status = new StatusGuard({ records, standings, ownWrites, writer });
    this.#triggers = new ServiceTriggers({ records, standings, status: this.#status });
    this.#sync = new LoadBalancerSync({
      ...options,
      store: serviceInformer.store,
      standings,
      records,
      nodes: this.#nodes,
      writer,
    });
    this.#hosts = new HostUpdate({ ...options, metrics });
    options.holdEventsWhile?.(() => this.#queue.keys.length > 0);
    options.onProviderChange?.((change) => this.#providerChanged(change));
    this.#watchServices();
    this.#watchNodes();
  }

  /** Works until `signal` aborts; returns when the last call in flight has ended. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all([
        this.#options.serviceInformer.waitForSync(signal),
        this.#options.nodeInformer.waitForSync(signal),
      ]);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await runWorkers({
      queue: this.#queue.keys,
      concurrency: this.#options.concurrency,
      reconcile: (key, workerSignal) => this.#reconcile(key, workerSignal),
      onError: (key, error) => this.#retry(key, error),
      signal,
      log: this.#options.log,
    });
  }

  #watchServices(): void {
    this.#options.serviceInformer.addHandler(
      {
        onAdd: (service) => this.#queue.add(service, this.#triggers.added(service)),
        onUpdate: (old, service) => {
          const reason = this.#triggers.updated(old, service);
          // The sync looks at the status when it ends.
          if (reason === 'status' && this.#syncing.has(objectKey(service))) return;
          this.#queue.add(service, reason);
        },
        onDelete: (service) => {
          this.#queue.forget(service);
          this.#queue.add(service, this.#triggers.deleted(service));
        },
      },
      { resyncPeriodMs: cleanupRetryMs },
    );
  }

  #watchNodes(): void {
    this.#options.nodeInformer.addHandler({
      onAdd: () => this.#nodesChanged(),
      onUpdate: (old, node) => {
        // Taints and deletion do not trigger by themselves, but the next list must tell (contract.md#case-140).
        this.#nodes.invalidate();
        if (this.#nodes.isChanged(old, node)) this.#nodesChanged();
      },
      onDelete: () => this.#nodesChanged(),
    });
  }

  /** Node events come in bursts (a thousand at start); the Services are walked once per burst. */
  #nodesChanged(): void {
    this.#nodes.invalidate();
    if (this.#fanOutPending) return;
    this.#fanOutPending = true;
    queueMicrotask(() => {
      this.#fanOutPending = false;
      for (const service of this.#options.serviceInformer.store.list()) {
        if (!this.#standings.isServed(service)) continue;
        this.#pass.queued(objectKey(service));
        this.#queue.add(service, 'hosts');
      }
    });
  }

  /** What failed may work now; with another configuration, what is in order may have to change. */
  #providerChanged(change: ProviderChange): void {
    const services = this.#options.serviceInformer.store.list();
    const isAffected = (service: Service): boolean =>
      change === 'configuration' && this.#triggers.concerns(service);
    this.#queue.hasten(services.filter(isAffected));
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<void> {
    const reasons = this.#queue.take(key);
    // A delayed try also comes if another event has done its work meanwhile.
    if (reasons.size === 0) return;
    const log = this.#options.log.child({ service: key });
    const read = await this.#reader.read(key, { signal });
    if (read.kind === 'behind') {
      this.#queue.giveBack(key, reasons);
      log.debug('the cached Service is older than the last own write, waiting');
      return;
    }
    const service = read.object;
    if (reasons.has('status') && service !== undefined) {
      await this.#status.restore(service, signal);
      // The rest goes on with the restored Service.
      for (const reason of reasons) if (reason !== 'status') this.#queue.add(service, reason);
      return;
    }
    this.#syncing.add(key);
    try {
      if (reasons.has('service')) await this.#syncService(key, service, log, signal);
      else if (service !== undefined) await this.#updateHosts(service, log, signal);
    } finally {
      this.#syncing.delete(key);
      this.#pass.finished(key);
      this.#lookAtStatus(key);
    }
  }

  /** Sees to a status that another client changed during a sync. */
  #lookAtStatus(key: string): void {
    const latest = this.#options.serviceInformer.store.get(key);
    if (latest !== undefined && this.#status.isChanged(latest)) this.#queue.add(latest, 'status');
  }

  #retry(key: string, error: unknown): void {
    const retryAfterMs = error instanceof ServiceSyncError ? error.retryAfterMs : undefined;
    this.#options.log.warn('service sync failed', { service: key, error, retryAfterMs });
    this.#queue.retry(key, retryAfterMs);
  }

  async #syncService(
    key: string,
    service: Service | undefined,
    log: Logger,
    signal: AbortSignal,
  ): Promise<void> {
    const record = this.#records.get(key);
    const isReplaced =
      record !== undefined && record.service.metadata?.uid !== service?.metadata?.uid;
    if (isReplaced) {
      const options = this.#callOptions(record.service, log, signal);
      await this.#sync.deleteForgotten(record.service, options);
      this.#records.forget(key);
    }
    if (service === undefined) return;
    try {
      const outcome = await this.#sync.sync(service, this.#callOptions(service, log, signal));
      if (outcome === 'deleted') this.#records.forget(key);
      log.debug('service synced', { outcome });
    } catch (error) {
      signal.throwIfAborted();
      if (this.#mayTell(service, error)) {
        this.#options.recorder.event(
          service,
          'Warning',
          ServiceEvent.SyncLoadBalancerFailed.reason,
          `Error syncing load balancer: ${errorText(error)}`,
        );
      }
      throw error;
    }
  }

  /** A conflict is no fault that anybody could mend, and a Service of others gets no event about ours. */
  #mayTell(service: Service, error: unknown): boolean {
    if (isConflict(error)) return false;
    const isForeign = this.#standings.of(service) === 'foreign';
    const isDeleted = service.metadata?.deletionTimestamp !== undefined;
    return !isForeign || isDeleted || this.#records.of(service) !== undefined;
  }

  async #updateHosts(service: Service, log: Logger, signal: AbortSignal): Promise<void> {
    const record = this.#records.of(service);
    const { nodes, key: hostsKey } = this.#nodes.current();
    if (record === undefined || record.hostsKey === hostsKey) return;
    if (!this.#standings.isServed(service)) return;
    this.#records.rememberHosts(service, hostsKey);
    const options = this.#callOptions(service, log, signal);
    if (!(await this.#hosts.run(service, nodes, options))) this.#queue.add(service, 'service');
  }

  #callOptions(service: Service, log: Logger, signal: AbortSignal): ServiceCallOptions {
    return {
      signal,
      log,
      report: ({ type, reason, message }) => {
        this.#options.recorder.event(service, type, reason, message);
      },
      requeueAfter: (ms) => this.#queue.addAfter(service, ms),
    };
  }
}

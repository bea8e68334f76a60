import {
  ServiceEvent,
  errorText,
  needsCleanup,
  needsUpdate,
  wantsLoadBalancer,
} from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancer,
  Logger,
  Node,
  Service,
  ServiceCallOptions,
} from '@k8s-ccm/cloud-provider';
import { WorkQueue, exponentialBackoff, objectKey, runWorkers } from '@k8s-ccm/controller-runtime';
import type {
  Clock,
  EventRecorder,
  Informer,
  MetricsRegistry,
  ResourceClient,
} from '@k8s-ccm/controller-runtime';
import { DirtyServices } from './dirty-services.ts';
import type { DirtyReason } from './dirty-services.ts';
import { EligibleNodes } from './eligible-nodes.ts';
import { HostUpdate } from './host-update.ts';
import { LoadBalancerSync, mayHaveLoadBalancer } from './load-balancer-sync.ts';
import { NodeSyncPass } from './node-sync-pass.ts';
import { createServiceMetrics } from './service-metrics.ts';
import { ServiceRecords } from './service-records.ts';
import { ServiceSyncError } from './service-sync-error.ts';

/** Backoff of a failing Service: 5 s, 10 s, 20 s … 300 s (contract §4.2). */
const retryBackoff = { baseMs: 5_000, maxMs: 300_000 };

/** A cleanup that keeps failing is tried again this often, however long its backoff is (case 124). */
const cleanupRetryMs = 30_000;

/** What the service controller works with. */
export interface ServiceControllerOptions {
  readonly loadBalancer: LoadBalancer;
  /** The client that writes finalizer and status. */
  readonly services: Pick<ResourceClient<Service>, 'patch'>;
  readonly serviceInformer: Informer<Service>;
  readonly nodeInformer: Informer<Node>;
  readonly recorder: EventRecorder;
  /** Told when Services wait: events then wait too, since an address goes first. Default: nobody is told. */
  readonly holdEventsWhile?: (busy: () => boolean) => void;
  /** Calls back when all Services are to be looked at again, because the cloud's configuration changed. Default: never. */
  readonly onProviderChange?: (listener: () => void) => void;
  /** `--cluster-name`. */
  readonly clusterName: string;
  /** Services worked on at once; at least 1. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
}

/**
 * Keeps the cloud's load balancers what the Services of type LoadBalancer ask for (contract §4).
 *
 * There is one queue of Service keys. A Service that changed, a node that came or went, and a
 * failed try all put the key there, so no two calls for one Service ever run at once and an old
 * node list cannot overwrite a newer one (upstream has a second queue and both can).
 */
export class ServiceController {
  readonly #options: ServiceControllerOptions;
  readonly #queue: WorkQueue;
  readonly #dirty = new DirtyServices();
  readonly #records = new ServiceRecords();
  readonly #nodes: EligibleNodes;
  readonly #pass: NodeSyncPass;
  readonly #sync: LoadBalancerSync;
  readonly #hosts: HostUpdate;
  #fanOutPending = false;

  /** Registers with the informers at once, so that nothing is missed before it runs. */
  constructor(options: ServiceControllerOptions) {
    this.#options = options;
    const metrics =
      options.metrics === undefined ? undefined : createServiceMetrics(options.metrics);
    this.#queue = new WorkQueue({
      name: 'service',
      clock: options.clock,
      rateLimiter: exponentialBackoff(retryBackoff),
      ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    });
    this.#nodes = new EligibleNodes(options.nodeInformer.store, options.loadBalancer);
    this.#pass = new NodeSyncPass(options.clock, metrics?.nodeSyncSeconds);
    this.#sync = new LoadBalancerSync(options);
    this.#hosts = new HostUpdate({ ...options, metrics });
    options.holdEventsWhile?.(() => this.#queue.length > 0);
    options.onProviderChange?.(() => this.#providerChanged());
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
      queue: this.#queue,
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
        onAdd: (service) => {
          if (wantsLoadBalancer(service) || needsCleanup(service))
            this.#enqueue(service, 'service');
        },
        onUpdate: (old, service) => {
          if (needsUpdate(old, service) || needsCleanup(service)) this.#enqueue(service, 'service');
        },
        onDelete: (service) => {
          if (this.#records.get(objectKey(service)) !== undefined)
            this.#enqueue(service, 'service');
        },
      },
      { resyncPeriodMs: cleanupRetryMs },
    );
  }

  #watchNodes(): void {
    this.#options.nodeInformer.addHandler({
      onAdd: () => this.#nodesChanged(),
      onUpdate: (old, node) => {
        // Taints and deletion do not trigger by themselves, but the next list must tell (case 140).
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
        if (!mayHaveLoadBalancer(service)) continue;
        this.#pass.queued(objectKey(service));
        this.#enqueue(service, 'hosts');
      }
    });
  }

  /** What failed may work now, so nothing waits for its backoff. */
  #providerChanged(): void {
    for (const service of this.#options.serviceInformer.store.list()) {
      if (!wantsLoadBalancer(service) && !needsCleanup(service)) continue;
      this.#queue.forget(objectKey(service));
      this.#enqueue(service, 'service');
    }
  }

  #enqueue(service: Service, reason: DirtyReason): void {
    const key = objectKey(service);
    this.#dirty.mark(key, reason);
    this.#queue.add(key);
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<void> {
    const reason = this.#dirty.take(key);
    // A delayed retry comes also where another event has done its work meanwhile.
    if (reason === undefined) return;
    const log = this.#options.log.child({ service: key });
    try {
      if (reason === 'hosts') await this.#updateHosts(key, log, signal);
      else await this.#syncService(key, log, signal);
    } finally {
      this.#pass.finished(key);
    }
  }

  #retry(key: string, error: unknown): void {
    this.#dirty.mark(key, 'service');
    const retryAfterMs = error instanceof ServiceSyncError ? error.retryAfterMs : undefined;
    this.#options.log.warn('service sync failed', { service: key, error, retryAfterMs });
    if (retryAfterMs === undefined) this.#queue.addRateLimited(key);
    else this.#queue.addAfter(key, retryAfterMs);
  }

  async #syncService(key: string, log: Logger, signal: AbortSignal): Promise<void> {
    const service = this.#options.serviceInformer.store.get(key);
    const record = this.#records.get(key);
    const replaced =
      record !== undefined && record.service.metadata?.uid !== service?.metadata?.uid;
    if (replaced) {
      await this.#sync.deleteForgotten(
        record.service,
        this.#callOptions(record.service, log, signal),
      );
      this.#records.forget(key);
    }
    if (service === undefined) return;
    this.#records.rememberService(key, service);
    try {
      const outcome = await this.#sync.sync(
        service,
        () => this.#hostsFor(key),
        this.#callOptions(service, log, signal),
      );
      if (outcome === 'deleted' || outcome === 'gone') this.#records.forget(key);
      log.debug('service synced', { outcome });
    } catch (error) {
      signal.throwIfAborted();
      this.#options.recorder.event(
        service,
        'Warning',
        ServiceEvent.SyncLoadBalancerFailed.reason,
        `Error syncing load balancer: ${errorText(error)}`,
      );
      throw error;
    }
  }

  async #updateHosts(key: string, log: Logger, signal: AbortSignal): Promise<void> {
    const service = this.#options.serviceInformer.store.get(key);
    const record = this.#records.get(key);
    if (service === undefined || record === undefined || !mayHaveLoadBalancer(service)) return;
    if (record.hostsKey === this.#nodes.current().key) return;
    const updated = await this.#hosts.run(
      service,
      this.#hostsFor(key),
      this.#callOptions(service, log, signal),
    );
    if (!updated) this.#enqueue(service, 'service');
  }

  #hostsFor(key: string): readonly Node[] {
    const { nodes, key: hostsKey } = this.#nodes.current();
    this.#records.rememberHosts(key, hostsKey);
    return nodes;
  }

  #callOptions(service: Service, log: Logger, signal: AbortSignal): ServiceCallOptions {
    return {
      signal,
      log,
      report: ({ type, reason, message }) => {
        this.#options.recorder.event(service, type, reason, message);
      },
      requeueAfter: (ms) => {
        const key = objectKey(service);
        this.#dirty.mark(key, 'service');
        this.#queue.addAfter(key, ms);
      },
    };
  }
}

import type { Node, ProviderChange } from '@k8s-ccm/cloud-provider';
import { OwnWrites, WorkQueue, runWorkers } from '@k8s-ccm/controller-runtime';
import type { Informer, ResourceClient } from '@k8s-ccm/controller-runtime';
import { mayChangeRoutes } from './node-changes.ts';
import { RouteSync } from './route-sync.ts';
import type { RouteSyncOptions } from './route-sync.ts';
import { RunPace } from './run-pace.ts';

/** However many Nodes change, one run per so many milliseconds (contract.md#route-triggers). */
const windowMs = 10_000;

/** The only key: a run is about all routes. */
const key = 'routes';

/** What the route controller works with. */
export interface RouteControllerOptions extends Omit<
  RouteSyncOptions,
  'store' | 'ownWrites' | 'nodes'
> {
  /** The client that shows on Nodes whether routes lead to them. */
  readonly nodes: Pick<ResourceClient<Node>, 'list' | 'patch'>;
  readonly nodeInformer: Pick<
    Informer<Node>,
    'store' | 'lastVersion' | 'addHandler' | 'waitForSync'
  >;
  /** `--route-reconciliation-period`: between two runs at most, in milliseconds; above 0. */
  readonly periodMs: number;
  /** Calls back when the provider has another configuration or other credentials. Default: never. */
  readonly onProviderChange?: (listener: (change: ProviderChange) => void) => void;
  /** Runs also when Nodes change, and tries again after a failure; else only every period. */
  readonly watch: boolean;
}

/**
 * Keeps a route in the cloud for each pod CIDR of each Node (contract.md#route-controller). One run at a time looks
 * at all routes; it is started by changes of Nodes, at most one per 10 s (or per period, if that is
 * shorter), and by the period, after which also what others changed in the cloud is right again.
 */
export class RouteController {
  readonly #options: RouteControllerOptions;
  readonly #sync: RouteSync;
  readonly #pace: RunPace;
  readonly #queue: WorkQueue;

  /**
   * Registers with the informer at once: it must not run yet.
   * @throws RangeError for a period that is not above 0
   */
  constructor(options: RouteControllerOptions) {
    const { nodeInformer, periodMs, watch, clock, metrics } = options;
    if (!(periodMs > 0)) throw new RangeError(`periodMs must be above 0, got ${periodMs}`);
    this.#options = options;
    this.#sync = new RouteSync({
      ...options,
      store: nodeInformer.store,
      ownWrites: new OwnWrites({ informer: nodeInformer, client: options.nodes }),
    });
    this.#pace = new RunPace({
      windowMs: Math.min(windowMs, periodMs),
      maxRetryMs: periodMs,
      clock,
    });
    this.#queue = new WorkQueue({
      name: 'Routes',
      rateLimiter: this.#pace,
      clock,
      ...(watch && metrics !== undefined ? { metrics } : {}),
    });
    options.onProviderChange?.((change) => this.#providerChanged(change));
    if (!watch) return;
    const enqueue = () => this.#queue.addRateLimited(key);
    nodeInformer.addHandler({
      onAdd: enqueue,
      onUpdate: (old, node) => {
        if (mayChangeRoutes(old, node)) enqueue();
      },
      onDelete: enqueue,
    });
  }

  /** Works until `signal` aborts; returns when the last call in flight has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { nodeInformer, log } = this.#options;
    try {
      await nodeInformer.waitForSync(signal);
      const working = runWorkers({
        queue: this.#queue,
        concurrency: 1,
        reconcile: (_key, workerSignal) => this.#reconcile(workerSignal),
        onError: (_key, error) => this.#retry(error),
        signal,
        log,
      });
      await Promise.all([working, this.#everyPeriod(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** What failed may work now; with another configuration, other routes may be due. */
  #providerChanged(change: ProviderChange): void {
    this.#pace.forgive(key);
    this.#queue.hasten();
    if (change === 'configuration') this.#queue.addRateLimited(key);
  }

  async #everyPeriod(signal: AbortSignal): Promise<void> {
    const { clock, periodMs } = this.#options;
    try {
      for (;;) {
        this.#queue.addRateLimited(key);
        await clock.sleep(periodMs, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #reconcile(signal: AbortSignal): Promise<void> {
    // Two that were put off to the same moment may come one after the other.
    const waitMs = this.#pace.when();
    if (waitMs > 0) {
      this.#queue.addAfter(key, waitMs);
      return;
    }
    this.#pace.begin();
    await this.#sync.run(signal);
    this.#pace.succeeded(key);
  }

  #retry(error: unknown): void {
    const retryMs = this.#pace.failed(key, error);
    this.#options.log.warn('route sync failed', { error });
    if (this.#options.watch) this.#queue.addAfter(key, retryMs);
  }
}

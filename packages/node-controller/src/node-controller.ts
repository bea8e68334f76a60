import { errorText, hasUninitializedTaint, isInstanceUnresolvable } from '@k8s-ccm/cloud-provider';
import type { Instances, Logger, Node, ProviderChange } from '@k8s-ccm/cloud-provider';
import {
  CaughtUpReader,
  OwnWrites,
  WorkQueue,
  defaultControllerRateLimiter,
  objectKey,
  runWorkers,
} from '@k8s-ccm/controller-runtime';
import type {
  Clock,
  EventRecorder,
  Informer,
  MetricsRegistry,
  Random,
  ResourceClient,
} from '@k8s-ccm/controller-runtime';
import { AddressRefresh } from './address-refresh.ts';
import { NodeInitialization } from './node-initialization.ts';
import { NodeMetrics } from './node-metrics.ts';
import { labelsPatch } from './node-patches.ts';
import { NodeSyncError } from './node-sync-error.ts';
import { UninitializedNodes } from './uninitialized-nodes.ts';

/** What the node controller works with. */
export interface NodeControllerOptions {
  readonly instances: Instances;
  /** The client that writes Nodes. */
  readonly nodes: Pick<ResourceClient<Node>, 'get' | 'list' | 'patch'>;
  readonly nodeInformer: Pick<
    Informer<Node>,
    'store' | 'lastVersion' | 'addHandler' | 'waitForSync'
  >;
  readonly recorder: EventRecorder;
  /** Lets events wait while Nodes are initialized: pods wait for those, and nobody for the events. */
  readonly holdEventsWhile?: (busy: () => boolean) => void;
  /** Calls back when the provider has another configuration or other credentials. Default: never. */
  readonly onProviderChange?: (listener: (change: ProviderChange) => void) => void;
  /** `--concurrent-node-syncs`: Nodes initialized at once; at least 1. */
  readonly concurrency: number;
  /**
   * `--concurrent-node-status-updates`: Nodes whose addresses are asked for and written at once.
   * 0 asks for all of them in the same moment and writes as many at once as `concurrency` says.
   */
  readonly statusConcurrency: number;
  /** `--node-status-update-frequency`, in milliseconds; above 0. */
  readonly statusPeriodMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
}

/**
 * Initializes Nodes with what the cloud knows of their servers, and keeps addresses and labels true
 * (contract.md#node-controller). Nothing is read from the API server but the watch: a Node is judged by the cache,
 * and a write from an outdated cache is refused by its resource version.
 */
export class NodeController {
  readonly #options: NodeControllerOptions;
  readonly #queue: WorkQueue;
  readonly #ownWrites: OwnWrites<Node>;
  readonly #reader: CaughtUpReader<Node>;
  readonly #waiting: UninitializedNodes;
  readonly #initialization: NodeInitialization;
  readonly #addresses: AddressRefresh;
  #initializing = 0;

  /**
   * Registers with the informer at once, so that nothing is missed before it runs.
   * @throws RangeError for a period that is not above 0
   */
  constructor(options: NodeControllerOptions) {
    const { clock, metrics, nodeInformer, statusConcurrency, statusPeriodMs } = options;
    if (!(statusPeriodMs > 0)) {
      throw new RangeError(`statusPeriodMs must be above 0, got ${statusPeriodMs}`);
    }
    this.#options = options;
    this.#queue = new WorkQueue({
      name: 'Nodes',
      clock,
      rateLimiter: defaultControllerRateLimiter({ clock }),
      ...(metrics === undefined ? {} : { metrics }),
    });
    this.#ownWrites = new OwnWrites({ informer: nodeInformer, client: options.nodes });
    this.#reader = new CaughtUpReader({
      informer: nodeInformer,
      ownWrites: this.#ownWrites,
      queue: this.#queue,
      clock,
    });
    this.#waiting = new UninitializedNodes(options);
    this.#initialization = new NodeInitialization({
      ...options,
      store: nodeInformer.store,
      ownWrites: this.#ownWrites,
      metrics: new NodeMetrics(clock, metrics),
    });
    this.#addresses = new AddressRefresh({
      ...options,
      store: nodeInformer.store,
      ownWrites: this.#ownWrites,
      periodMs: statusPeriodMs,
      maxAsks: statusConcurrency || Infinity,
      maxWrites: statusConcurrency || options.concurrency,
    });
    options.holdEventsWhile?.(() => this.#initializing > 0);
    options.onProviderChange?.((change) => this.#providerChanged(change));
    nodeInformer.addHandler({
      onAdd: (node) => this.#changed(node),
      onUpdate: (_old, node) => this.#changed(node),
      onDelete: (node) => this.#deleted(node),
    });
  }

  /** Works until `signal` aborts; returns when the last call in flight has ended. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.nodeInformer.waitForSync(signal);
      await Promise.all([this.#work(signal), this.#addresses.run(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#waiting.close();
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { concurrency, log } = this.#options;
    await runWorkers({
      queue: this.#queue,
      concurrency,
      reconcile: (name, workerSignal) => this.#reconcile(name, workerSignal),
      onError: (name, error) => this.#retry(name, error),
      signal,
      log,
    });
  }

  /** Kubelet writes every Node all the time; only a Node with something to do gets into the queue. */
  #changed(node: Node): void {
    const name = objectKey(node);
    if (hasUninitializedTaint(node)) {
      this.#waiting.saw(node);
      this.#queue.add(name);
      return;
    }
    this.#waiting.forget(name);
    if (labelsPatch(node) !== undefined) this.#queue.add(name);
  }

  /** What failed may work now; with another configuration, a Node that was left alone may have a server. */
  #providerChanged(change: ProviderChange): void {
    const hastened = this.#queue.hasten();
    if (change === 'credentials') return;
    for (const node of this.#options.nodeInformer.store.list()) {
      const isDone = !hasUninitializedTaint(node) || hastened.has(objectKey(node));
      if (!isDone) this.#queue.add(objectKey(node));
    }
  }

  #deleted(node: Node): void {
    this.#waiting.forget(objectKey(node));
  }

  async #reconcile(name: string, signal: AbortSignal): Promise<void> {
    const read = await this.#reader.read(name, { signal });
    if (read.kind === 'behind' || read.object === undefined) return;
    const node = read.object;
    if (!hasUninitializedTaint(node)) {
      await this.#reconcileLabels(node, name, signal);
      return;
    }
    this.#initializing += 1;
    try {
      await this.#initialize(node, name, signal);
    } finally {
      this.#initializing -= 1;
    }
  }

  async #initialize(node: Node, name: string, signal: AbortSignal): Promise<void> {
    const log = this.#options.log.child({ node: name });
    const outcome = await this.#initialization.run(node, log, signal);
    switch (outcome) {
      case 'initialized':
        this.#waiting.forget(name);
        log.info('node initialized');
        return;
      case 'left-alone':
        this.#waiting.waits(name, 'the cloud provider has no metadata for it');
        log.info('no metadata for the node, it is left as it is until it changes');
        return;
      case 'gone':
        log.info('node deleted while it was initialized');
    }
  }

  async #reconcileLabels(node: Node, name: string, signal: AbortSignal): Promise<void> {
    const patch = labelsPatch(node);
    if (patch === undefined) return;
    try {
      const written = await this.#options.nodes.patch({ name }, patch, { type: 'merge', signal });
      this.#ownWrites.wrote(written);
      this.#options.log.info('node labels reconciled', { node: name });
    } catch (error) {
      throw NodeSyncError.around(`failed update labels for node ${name}`, name, error);
    }
  }

  #retry(name: string, error: unknown): void {
    if (isInstanceUnresolvable(error)) this.#waiting.waitsForHelp(name, errorText(error));
    else this.#waiting.waits(name, errorText(error));
    this.#options.log.warn('node sync failed', { node: name, error });
    this.#queue.addRateLimited(name);
  }
}

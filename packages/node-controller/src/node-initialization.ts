import {
  NodeEventReason,
  NodeSyncedMessage,
  nodeAddressesToWrite,
  skippedNodeLabels,
} from '@k8s-ccm/cloud-provider';
import type { InstanceMetadata, Instances, Logger, Node } from '@k8s-ccm/cloud-provider';
import { isConflict, isNewerVersion, isNotFound } from '@k8s-ccm/controller-runtime';
import type {
  Clock,
  EventRecorder,
  OwnWrites,
  Random,
  ResourceClient,
  Store,
} from '@k8s-ccm/controller-runtime';
import { initialMetadata, nodeIPProblem } from './instance-metadata.ts';
import type { NodeMetrics } from './node-metrics.ts';
import { addressesPatch, initializationPatch } from './node-patches.ts';
import { skippedLabelsMessage } from './skipped-labels.ts';
import { NodeSyncError } from './node-sync-error.ts';

/** Tries of one write while others keep changing the Node (contract.md#node-initialization, step 7). */
const writeAttempts = 20;

/** Pause between two tries: this, and up to as much again. */
const pauseMs = 50;

/** What {@link NodeInitialization} works with. */
export interface NodeInitializationOptions {
  readonly instances: Instances;
  readonly nodes: Pick<ResourceClient<Node>, 'get' | 'patch'>;
  readonly store: Pick<Store<Node>, 'get'>;
  readonly ownWrites: Pick<OwnWrites<Node>, 'wrote'>;
  readonly recorder: EventRecorder;
  readonly metrics: NodeMetrics;
  readonly clock: Clock;
  readonly random: Random;
}

/** How an initialization ended that did not fail. */
export type InitializationOutcome =
  | 'initialized'
  /** The provider wants the Node left as it is, until it changes. */
  | 'left-alone'
  /** The Node is deleted, or another one has its name. */
  | 'gone';

/** Initializes one Node with one ask and two writes (contract.md#node-initialization). */
export class NodeInitialization {
  readonly #options: NodeInitializationOptions;

  constructor(options: NodeInitializationOptions) {
    this.#options = options;
  }

  /** @throws NodeSyncError where it must be tried again */
  async run(node: Node, log: Logger, signal: AbortSignal): Promise<InitializationOutcome> {
    const { instances, recorder, metrics } = this.#options;
    const metadata = await initialMetadata(instances, node, signal);
    if (metadata === undefined) return 'left-alone';
    const initialized = await this.#write(node, metadata, signal);
    if (initialized === undefined) return 'gone';
    metrics.taintRemoved(initialized);
    await this.#writeAddresses(initialized, metadata, log, signal);
    recorder.event(initialized, 'Normal', NodeEventReason.Synced, NodeSyncedMessage);
    this.#tellSkipped(node, metadata, log);
    metrics.synced(initialized);
    return 'initialized';
  }

  /** Labels that cannot be written must not keep the Node from being initialized. */
  #tellSkipped(node: Node, metadata: InstanceMetadata, log: Logger): void {
    const labels = skippedNodeLabels(node.metadata?.labels, metadata);
    if (Object.keys(labels).length === 0) return;
    log.warn('labels left out, they are not valid', { labels });
    const message = skippedLabelsMessage(labels);
    this.#options.recorder.event(node, 'Warning', NodeEventReason.LabelsSkipped, message);
  }

  /** The Node as it is afterwards; `undefined` where it is gone. */
  async #write(
    node: Node,
    metadata: InstanceMetadata,
    signal: AbortSignal,
  ): Promise<Node | undefined> {
    const { clock, random } = this.#options;
    const name = node.metadata?.name ?? '';
    let current: Node | undefined = node;
    for (let attempt = 1; current !== undefined; attempt += 1) {
      try {
        return await this.#patch(current, metadata, signal);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        if (!isConflict(error) || attempt >= writeAttempts) {
          throw NodeSyncError.around(`failed to initialize node ${name}`, name, error);
        }
      }
      await clock.sleep(pauseMs * (1 + random.next()), { signal });
      current = await this.#newest(current, signal);
    }
    return undefined;
  }

  async #patch(node: Node, metadata: InstanceMetadata, signal: AbortSignal): Promise<Node> {
    const patch = initializationPatch(node, metadata);
    if (patch === undefined) return node;
    const ref = { name: node.metadata?.name ?? '' };
    const written = await this.#options.nodes.patch(ref, patch, { type: 'merge', signal });
    this.#options.ownWrites.wrote(written);
    return written;
  }

  /** A later state than the one that was refused; `undefined` where the Node is gone. */
  async #newest(refused: Node, signal: AbortSignal): Promise<Node | undefined> {
    const { store, nodes } = this.#options;
    const { name = '', uid, resourceVersion } = refused.metadata ?? {};
    const cached = store.get(name);
    if (cached?.metadata?.uid !== uid) return undefined;
    if (isNewerVersion(cached?.metadata?.resourceVersion, resourceVersion)) return cached;
    try {
      const live = await nodes.get({ name }, { signal });
      return live.metadata?.uid === uid ? live : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw NodeSyncError.around(`failed to get node ${name}`, name, error);
    }
  }

  /** A failure is only logged: the Node is initialized, and the next period repairs its addresses (contract.md#case-55). */
  async #writeAddresses(
    node: Node,
    metadata: InstanceMetadata,
    log: Logger,
    signal: AbortSignal,
  ): Promise<void> {
    const { nodes, ownWrites } = this.#options;
    const name = node.metadata?.name ?? '';
    try {
      const addresses = nodeAddressesToWrite(node, metadata.nodeAddresses ?? []);
      if (addresses === undefined) return;
      const written = await nodes.patch({ name }, addressesPatch(node, addresses), {
        type: 'merge',
        subresource: 'status',
        signal,
      });
      ownWrites.wrote(written);
    } catch (error) {
      signal.throwIfAborted();
      log.warn('node initialized without addresses, the next address refresh repairs it', {
        problem: nodeIPProblem(error, name),
        error,
      });
    }
  }
}

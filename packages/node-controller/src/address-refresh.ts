import {
  hasUninitializedTaint,
  nodeAddressesToWrite,
  readNodeAddresses,
} from '@k8s-ccm/cloud-provider';
import type { Instances, Logger, Node } from '@k8s-ccm/cloud-provider';
import { ParallelLimit, isNotFound } from '@k8s-ccm/controller-runtime';
import type { Clock, OwnWrites, ResourceClient, Store } from '@k8s-ccm/controller-runtime';
import { nodeIPProblem } from './instance-metadata.ts';
import { addressesPatch } from './node-patches.ts';

/** What {@link AddressRefresh} works with. */
export interface AddressRefreshOptions {
  readonly instances: Instances;
  readonly nodes: Pick<ResourceClient<Node>, 'patch'>;
  readonly store: Pick<Store<Node>, 'list'>;
  readonly ownWrites: Pick<OwnWrites<Node>, 'newest' | 'wrote'>;
  /** From the end of one pass to the begin of the next, in milliseconds. */
  readonly periodMs: number;
  /** Nodes asked for at once; `Infinity` asks for all in the same moment. */
  readonly maxAsks: number;
  /** Nodes written at once. */
  readonly maxWrites: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps the addresses of initialized Nodes what the cloud says (contract.md#node-addresses). Asks for all Nodes
 * in the same moment, so that a provider that collects asks answers them from few calls, and writes
 * only what changed.
 */
export class AddressRefresh {
  readonly #options: AddressRefreshOptions;
  readonly #asks: ParallelLimit;
  readonly #writes: ParallelLimit;

  constructor(options: AddressRefreshOptions) {
    this.#options = options;
    this.#asks = new ParallelLimit(options.maxAsks);
    this.#writes = new ParallelLimit(options.maxWrites);
  }

  /** A pass at once and one after each period, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, periodMs } = this.#options;
    try {
      for (;;) {
        await this.#pass(signal);
        await clock.sleep(periodMs, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const nodes = this.#options.store.list().filter((node) => !hasUninitializedTaint(node));
    await Promise.all(nodes.map((node) => this.#refresh(node, signal)));
  }

  async #refresh(node: Node, signal: AbortSignal): Promise<void> {
    const name = node.metadata?.name ?? '';
    try {
      await this.#refreshOrThrow(node, name, signal);
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      this.#options.log.warn('node addresses not refreshed', {
        node: name,
        problem: nodeIPProblem(error, name),
        error,
      });
    }
  }

  async #refreshOrThrow(node: Node, name: string, signal: AbortSignal): Promise<void> {
    const { instances, nodes, ownWrites, log } = this.#options;
    const addresses = await this.#asks.run(async () => {
      signal.throwIfAborted();
      return readNodeAddresses(instances, node, { signal });
    });
    if (addresses === undefined) {
      log.debug('no metadata, node addresses left as they are', { node: name });
      return;
    }
    // The Node may have changed while the cloud was asked, or be another one by now.
    const current = await ownWrites.newest(name, { signal });
    if (current === undefined || current.metadata?.uid !== node.metadata?.uid) return;
    if (hasUninitializedTaint(current)) return;
    const wanted = nodeAddressesToWrite(current, addresses);
    if (wanted === undefined) return;
    const written = await this.#writes.run(() =>
      nodes.patch({ name }, addressesPatch(current, wanted), {
        type: 'merge',
        subresource: 'status',
        signal,
      }),
    );
    ownWrites.wrote(written);
    log.info('node addresses changed', { node: name, addresses: wanted });
  }
}

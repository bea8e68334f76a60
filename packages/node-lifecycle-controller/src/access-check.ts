import type { Instances, Logger, Node, NodeCallOptions } from '@k8s-ccm/cloud-provider';
import type { Access } from './decide.ts';
import { maxWitnesses } from './witnesses.ts';

/**
 * Finds out whether the cloud answers for the account at all: by the provider's own check, else by
 * the servers of a few Ready Nodes, one of which must exist. At most once a round.
 */
export class AccessCheck {
  readonly #instances: Instances;
  readonly #log: Logger;
  #answer: Promise<Access> | undefined;

  constructor({ instances, log }: { readonly instances: Instances; readonly log: Logger }) {
    this.#instances = instances;
    this.#log = log;
  }

  /** Forgets the last answer. */
  beginRound(): void {
    this.#answer = undefined;
  }

  /** This round's answer; a failure is `refused`. */
  confirm(ready: readonly Node[], options: NodeCallOptions): Promise<Access> {
    this.#answer ??= this.#ask(ready, options);
    return this.#answer;
  }

  async #ask(ready: readonly Node[], options: NodeCallOptions): Promise<Access> {
    const instances = this.#instances;
    if (instances.confirmAccess !== undefined) {
      const ask = async () => (await instances.confirmAccess?.(options)) === true;
      return (await this.#holds(ask, options)) ? 'confirmed' : 'refused';
    }
    for (const node of ready.slice(0, maxWitnesses)) {
      if (await this.#holds(() => instances.exists(node, options), options)) {
        return 'confirmed';
      }
    }
    return ready.length === 0 ? 'impossible' : 'refused';
  }

  /** False also after a failure, which says nothing of the next question. */
  async #holds(ask: () => Promise<boolean>, { signal }: NodeCallOptions): Promise<boolean> {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      this.#log.warn('error confirming access to the cloud account', { error });
      return false;
    }
  }
}

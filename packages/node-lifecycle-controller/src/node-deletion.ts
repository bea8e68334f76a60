import { NodeEventReason, errorText } from '@k8s-ccm/cloud-provider';
import type { Logger, Node } from '@k8s-ccm/cloud-provider';
import { asApiError, isConflict, isNotFound } from '@k8s-ccm/controller-runtime';
import type { EventRecorder, ResourceClient } from '@k8s-ccm/controller-runtime';
import type { DeletionBudget } from './deletion-budget.ts';
import type { DeletionProof } from './decide.ts';
import { isKeptByUser, isReady } from './node-facts.ts';

/** What {@link NodeDeletion} works with. */
export interface NodeDeletionOptions {
  readonly nodes: Pick<ResourceClient<Node>, 'get' | 'delete'>;
  readonly budget: DeletionBudget;
  readonly recorder: EventRecorder;
  readonly log: Logger;
  readonly proof: DeletionProof;
}

/**
 * Deletes one Node that was found to have no server (contract.md#node-lifecycle-decision): event, then DELETE for this
 * UID, so that a Node that was created under the same name meanwhile stays.
 */
export class NodeDeletion {
  readonly #options: NodeDeletionOptions;

  constructor(options: NodeDeletionOptions) {
    this.#options = options;
  }

  /** Takes one out of the budget before it waits for anything: the decision has just seen it there. */
  async run(node: Node, signal: AbortSignal): Promise<void> {
    const { budget, proof } = this.#options;
    const { name = '', uid = '' } = node.metadata ?? {};
    if (proof === 'none') {
      await this.#delete(node, signal);
      return;
    }
    budget.reserve(uid, name);
    let mayBeDone = false;
    try {
      if (!(await this.#isStillDue(node, signal))) return;
      mayBeDone = true;
      mayBeDone = await this.#delete(node, signal);
    } finally {
      if (mayBeDone) budget.settle(uid);
      else budget.refund(uid);
    }
  }

  /** A cache may lag behind, and what it lacks may be that the Node is Ready again, or on its way out. */
  async #isStillDue(node: Node, signal: AbortSignal): Promise<boolean> {
    const { nodes, log } = this.#options;
    const { name = '', uid } = node.metadata ?? {};
    try {
      const now = await nodes.get({ name }, { signal });
      const isGoing = now.metadata?.deletionTimestamp !== undefined;
      const isDue = now.metadata?.uid === uid && !isGoing && !isReady(now) && !isKeptByUser(now);
      if (!isDue) log.info('node has changed, not deleted', { node: name, uid });
      return isDue;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return false;
    }
  }

  /** False where the Node was surely not deleted. */
  async #delete(node: Node, signal: AbortSignal): Promise<boolean> {
    const { nodes, recorder, log } = this.#options;
    const { name = '', uid = '' } = node.metadata ?? {};
    recorder.event(
      node,
      'Normal',
      NodeEventReason.DeletingNode,
      `Deleting node ${name} because it does not exist in the cloud provider`,
    );
    try {
      await nodes.delete({ name }, { uid, signal });
      log.info('node deleted', { node: name, uid });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      // Gone already, by this very call's first try or by somebody else; a new Node of that name stays.
      if (isNotFound(error) || isConflict(error)) {
        log.info('node was gone already', { node: name, uid, error });
        return true;
      }
      log.error('failed deleting node', { node: name, uid, error });
      recorder.event(
        node,
        'Warning',
        NodeEventReason.DeletingNodeFailed,
        `Failed deleting node ${name}: ${errorText(error)}`,
      );
      return !isRefused(error);
    }
  }
}

/** Whether the API server has surely not done it: after a 5xx, a timeout or a reset it may have. */
function isRefused(error: unknown): boolean {
  const status = asApiError(error)?.status;
  return status !== undefined && status < 500;
}

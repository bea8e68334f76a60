import { ShutdownTaint, hasTaint, withTaint, withoutTaint } from '@k8s-ccm/cloud-provider';
import type { Node, Taint } from '@k8s-ccm/cloud-provider';
import { isConflict } from '@k8s-ccm/controller-runtime';
import type { Clock, OwnWrites, Random, ResourceClient } from '@k8s-ccm/controller-runtime';

/** Tries of one write in all, where others keep changing the Node meanwhile (contract.md#node-taints). */
const maxTries = 5;
/** The wait between two tries: this times 1 to 2, in milliseconds. */
const retryMs = 100;

/** What {@link ShutdownTaintWriter} works with. */
export interface ShutdownTaintWriterOptions {
  readonly nodes: Pick<ResourceClient<Node>, 'get' | 'patch'>;
  readonly ownWrites: Pick<OwnWrites<Node>, 'wrote'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly random: Random;
}

type Change = (taints: readonly Taint[]) => readonly Taint[] | undefined;

const withShutdownTaint: Change = (taints) => withTaint(taints, ShutdownTaint);
const withoutShutdownTaint: Change = (taints) => withoutTaint(taints, ShutdownTaint);

/** Puts the taint of stopped servers on Nodes and takes it off; other taints stay (contract.md#node-taints). */
export class ShutdownTaintWriter {
  readonly #options: ShutdownTaintWriterOptions;

  constructor(options: ShutdownTaintWriterOptions) {
    this.#options = options;
  }

  /** Says whether it has written. Nothing is read or written where the given Node has the taint. */
  async add(node: Node, signal: AbortSignal): Promise<boolean> {
    if (withShutdownTaint(node.spec?.taints ?? []) === undefined) return false;
    return this.#write(node, withShutdownTaint, signal);
  }

  /** Says whether it has written. Nothing is read or written where the given Node lacks the taint. */
  async remove(node: Node, signal: AbortSignal): Promise<boolean> {
    if (!hasTaint(node, ShutdownTaint)) return false;
    return this.#write(node, withoutShutdownTaint, signal);
  }

  async #write(node: Node, change: Change, signal: AbortSignal): Promise<boolean> {
    const { nodes, ownWrites, clock, random } = this.#options;
    const ref = { name: node.metadata?.name ?? '' };
    for (let attempt = 1; ; attempt += 1) {
      // The API server's cache is new enough for the first try; after a conflict it was not.
      const current = await nodes.get(
        ref,
        attempt === 1 ? { signal, resourceVersion: '0' } : { signal },
      );
      if (current.metadata?.uid !== node.metadata?.uid) return false;
      const taints = change(current.spec?.taints ?? []);
      if (taints === undefined) return false;
      try {
        const patch = taintsPatch(current, taints);
        ownWrites.wrote(await nodes.patch(ref, patch, { type: 'strategic', signal }));
        return true;
      } catch (error) {
        if (!isConflict(error) || attempt >= maxTries) throw error;
      }
      await clock.sleep(retryMs * (1 + random.next()), { signal });
    }
  }
}

/** The whole list, refused by the API server where the Node has changed since. */
function taintsPatch(node: Node, taints: readonly Taint[]): object {
  return {
    metadata: { resourceVersion: node.metadata?.resourceVersion },
    spec: { taints: taints.length === 0 ? null : taints },
  };
}

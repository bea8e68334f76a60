import type { Node } from '@k8s-ccm/cloud-provider';
import { objectKey } from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { createdBy } from './node-facts.ts';

interface Seen {
  readonly uid: string | undefined;
  /** On the monotonic clock. */
  readonly at: number;
}

/**
 * Knows how old Nodes are. A Node that came while this process was watching is not older than that,
 * whatever the clocks of this machine and of the API server say.
 */
export class NodeAges {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #seen = new Map<string, Seen>();

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
  }

  /** The Node has just come. Call it not for those that were there at the start. */
  came(node: Node): void {
    this.#seen.set(objectKey(node), { uid: node.metadata?.uid, at: this.#clock.monotonic() });
  }

  gone(node: Node): void {
    this.#seen.delete(objectKey(node));
  }

  /** At most so long the Node has existed, in milliseconds; `undefined` where it does not say when it was created. */
  ageMs(node: Node): number | undefined {
    const created = createdBy(node);
    if (created === undefined) return undefined;
    const age = this.#clock.now() - created;
    const seen = this.#seen.get(objectKey(node));
    if (seen === undefined || seen.uid !== node.metadata?.uid) return age;
    return Math.min(age, this.#clock.monotonic() - seen.at);
  }
}

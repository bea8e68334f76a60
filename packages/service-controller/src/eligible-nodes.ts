import { isNodeEligibleForLoadBalancer } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { Store } from '@k8s-ccm/controller-runtime';

/**
 * The nodes that may receive traffic, by the stable predicates of contract §4.9. The list is made
 * once per change of the node cache, not once per Service: with many Services it is asked for in
 * bursts, and equal lists are then the same array.
 */
export class EligibleNodes {
  readonly #store: Store<Node>;
  #current: readonly Node[] | undefined;

  constructor(store: Store<Node>) {
    this.#store = store;
  }

  /** Call on every change of the node cache. */
  invalidate(): void {
    this.#current = undefined;
  }

  list(): readonly Node[] {
    this.#current ??= this.#store.list().filter((node) => isNodeEligibleForLoadBalancer(node));
    return this.#current;
  }
}

import { isNodeEligibleForLoadBalancer, shouldSyncUpdatedNode } from '@k8s-ccm/cloud-provider';
import type { LoadBalancer, Node } from '@k8s-ccm/cloud-provider';
import type { Store } from '@k8s-ccm/controller-runtime';

/** The hosts of all load balancers at one time. */
export interface HostSet {
  readonly nodes: readonly Node[];
  /** What the hosts are made of; equal keys are equal sets. */
  readonly key: string;
}

/**
 * The nodes that may receive traffic, by the stable predicates of contract.md#service-nodes. The set is made
 * once per change of the node cache, not once per Service: with many Services it is asked for in
 * bursts, and is then the same object.
 */
export class EligibleNodes {
  readonly #store: Store<Node>;
  readonly #hostKey: (node: Node) => string;
  #current: HostSet | undefined;

  /** The provider's `hostKey` counts beside name and providerID. */
  constructor(store: Store<Node>, loadBalancer: Pick<LoadBalancer, 'hostKey'>) {
    this.#store = store;
    this.#hostKey = (node) => loadBalancer.hostKey?.(node) ?? '';
  }

  /** Call on every change of the node cache. */
  invalidate(): void {
    this.#current = undefined;
  }

  current(): HostSet {
    this.#current ??= this.#select();
    return this.#current;
  }

  /** Whether a change of a node is one of the hosts. */
  isChanged(old: Node, node: Node): boolean {
    return shouldSyncUpdatedNode(old, node) || this.#hostKey(old) !== this.#hostKey(node);
  }

  #select(): HostSet {
    const nodes = this.#store.list().filter((node) => isNodeEligibleForLoadBalancer(node));
    const parts = nodes.map((node) => [
      node.metadata?.name,
      node.spec?.providerID ?? '',
      this.#hostKey(node),
    ]);
    return { nodes, key: JSON.stringify(parts.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))) };
  }
}

import type { EndpointSlice, Node, Service } from './kubernetes-types.ts';

/** A kind's objects as the manager's cache holds them; never more than a watch behind. */
export interface ProviderInformer<T> {
  /** The object of a key: `namespace/name`, or `name` for Nodes. */
  get(key: string): T | undefined;
  /** All objects; the same array until something changes. */
  list(): readonly T[];
  /** False until the first list has arrived; `get` and `list` know nothing before. */
  readonly hasSynced: boolean;
}

/**
 * The manager's caches, for a provider that must know more of the cluster than its calls' arguments
 * say (upstream's `InformerUser`, contract.md#informer-user). A kind is watched once a controller or the provider
 * has asked for it; reading the property is asking.
 */
export interface ProviderInformers {
  readonly nodes: ProviderInformer<Node>;
  readonly services: ProviderInformer<Service>;
  readonly endpointSlices: ProviderInformer<EndpointSlice>;
}

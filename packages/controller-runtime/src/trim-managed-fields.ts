import type { KubernetesObject } from '@k8s-ccm/cloud-provider';

/**
 * An object of any kind for a cache, without `managedFields`: often half of it, and no controller
 * reads them. What is left may be written back with `update`: the API server keeps them then.
 */
export function trimManagedFields<T extends KubernetesObject>(object: T): T {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

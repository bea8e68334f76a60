import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import type { ResourceDefinition, Selection } from '@k8s-ccm/controller-runtime';

/**
 * Which objects an informer holds. Whoever asks for the same resource, selection and name shares one
 * informer, and with it one watch.
 *
 * @example
 * const configMaps = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };
 */
export interface InformerDefinition<T extends KubernetesObject> extends ResourceDefinition {
  /** Name in log lines. A different name creates a separate informer for the same objects. Default: the plural. */
  readonly name?: string;
  /** Default: all objects. */
  readonly selection?: Selection;
  /**
   * Removes unused fields when an object arrives. Objects trimmed this way must never be written with `update`.
   * For a shared informer, the first definition decides. Default: removes `metadata.managedFields`.
   */
  readonly trim?: (object: T) => T;
}

/** Returns a key that is equal for definitions that share an informer. */
export function informerKey<T extends KubernetesObject>(definition: InformerDefinition<T>): string {
  const { group, version, plural, name = plural, selection = {} } = definition;
  const { namespace, labelSelector, fieldSelector } = selection;
  return JSON.stringify([group, version, plural, name, namespace, labelSelector, fieldSelector]);
}

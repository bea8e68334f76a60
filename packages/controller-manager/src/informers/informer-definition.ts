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
  /** For log lines, and to have another informer for the same objects. Default: the plural. */
  readonly name?: string;
  /** Default: all objects. */
  readonly selection?: Selection;
  /**
   * Drops on arrival what nobody reads; what it drops must never be written back with `update`. Of
   * those who share an informer, the first decides. Default: drops `metadata.managedFields`.
   */
  readonly trim?: (object: T) => T;
}

/** Equal for definitions that share an informer. */
export function informerKey<T extends KubernetesObject>(definition: InformerDefinition<T>): string {
  const { group, version, plural, name = plural, selection = {} } = definition;
  const { namespace, labelSelector, fieldSelector } = selection;
  return JSON.stringify([group, version, plural, name, namespace, labelSelector, fieldSelector]);
}

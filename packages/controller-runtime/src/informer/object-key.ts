import type { KubernetesObject } from '@k8s-ccm/cloud-provider';

/**
 * Returns the key of an object in stores and queues: `namespace/name`, or `name` for cluster-scoped kinds.
 * @throws TypeError if the object has no name
 */
export function objectKey({ kind, metadata }: KubernetesObject): string {
  const name = metadata?.name ?? '';
  if (name === '') throw new TypeError(`${kind ?? 'object'} without metadata.name has no key`);
  const namespace = metadata?.namespace ?? '';
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Splits a key of {@link objectKey} into its parts. @throws TypeError if the text is not such a key */
export function splitKey(key: string): { readonly namespace?: string; readonly name: string } {
  const parts = key.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || first === '' || second === '') {
    throw new TypeError(`not an object key: ${JSON.stringify(key)}`);
  }
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

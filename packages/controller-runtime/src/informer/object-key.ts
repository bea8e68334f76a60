import type { KubernetesObject } from '@k8s-ccm/cloud-provider';

/** The key of an object in stores and queues: `namespace/name`, or `name` for cluster-scoped kinds. @throws TypeError for an object without a name */
export function objectKey({ kind, metadata }: KubernetesObject): string {
  const name = metadata?.name ?? '';
  if (name === '') throw new TypeError(`${kind ?? 'object'} without metadata.name has no key`);
  const namespace = metadata?.namespace ?? '';
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The parts of a key from {@link objectKey}. @throws TypeError for anything that is not such a key */
export function splitKey(key: string): { readonly namespace?: string; readonly name: string } {
  const parts = key.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || first === '' || second === '') {
    throw new TypeError(`not an object key: ${JSON.stringify(key)}`);
  }
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

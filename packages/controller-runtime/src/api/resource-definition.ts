/** Which resource a `ResourceClient` speaks of. */
export interface ResourceDefinition {
  /** API group; '' for core. */
  readonly group: string;
  readonly version: string;
  /** Plural name as in the URL, e.g. `endpointslices`. */
  readonly plural: string;
  /** False for cluster-scoped kinds such as Node. */
  readonly namespaced: boolean;
}

/** Names one object. */
export interface ObjectRef {
  readonly name: string;
  /** Required for namespaced kinds, absent for others. */
  readonly namespace?: string;
}

/** URL path of a collection; of all namespaces where none is given. */
export function collectionPath(resource: ResourceDefinition, namespace?: string): string {
  const { group, version, plural, namespaced } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced && namespace !== undefined
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`;
}

/** URL path of one object, or of its subresource. @throws TypeError where the name, or a namespaced kind's namespace, is missing */
export function objectPath(
  resource: ResourceDefinition,
  ref: ObjectRef,
  subresource?: string,
): string {
  if (ref.name === '') throw new TypeError(`${resource.plural}: a name is required`);
  if (resource.namespaced && (ref.namespace ?? '') === '') {
    throw new TypeError(`${resource.plural}/${ref.name}: a namespace is required`);
  }
  const path = `${collectionPath(resource, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

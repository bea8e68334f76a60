/** Identifies the resource that a `ResourceClient` reads and writes. */
export interface ResourceDefinition {
  /** API group. Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural name as in the URL, for example `endpointslices`. */
  readonly plural: string;
  /** False for cluster-scoped kinds such as Node. */
  readonly namespaced: boolean;
}

/** Identifies one object. */
export interface ObjectRef {
  readonly name: string;
  /** Required for namespaced kinds, absent for others. */
  readonly namespace?: string;
}

/** Returns the URL path of a collection, across all namespaces if `namespace` is absent. */
export function collectionPath(resource: ResourceDefinition, namespace?: string): string {
  const { group, version, plural, namespaced } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced && namespace !== undefined
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`;
}

/** Returns the URL path of one object or of its subresource. @throws TypeError if the name, or the namespace of a namespaced kind, is missing */
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

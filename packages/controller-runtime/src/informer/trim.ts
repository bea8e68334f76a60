import type { KubernetesObject, Node, ObjectMeta, Service } from '@k8s-ccm/cloud-provider';

/** A copy of the whole object that `kubectl apply` stores. Often larger than the rest. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Returns an object of any kind without `managedFields`, for a cache: they are often half of the object, and no
 * controller reads them. The result may be written back with `update`, because the API server then keeps them.
 */
export function trimManagedFields<T extends KubernetesObject>(object: T): T {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/**
 * Returns a Node for a cache: metadata (without `managedFields` and kubectl's copy), spec, `status.addresses` and
 * `status.conditions`. The rest (images, volumes, capacity, …) is about nine tenths of a Node. Do not write the result
 * back with `update`; use `patch`.
 */
export function trimNode(node: Node): Node {
  const { addresses, conditions } = node.status ?? {};
  return {
    ...(node.apiVersion === undefined ? {} : { apiVersion: node.apiVersion }),
    ...(node.kind === undefined ? {} : { kind: node.kind }),
    ...(node.metadata === undefined ? {} : { metadata: trimMetadata(node.metadata) }),
    ...(node.spec === undefined ? {} : { spec: node.spec }),
    status: {
      ...(addresses === undefined ? {} : { addresses }),
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
}

/**
 * Returns a Service for a cache: everything except `managedFields` and kubectl's copy. Spec and status stay complete,
 * because load balancers are built from their ports, policies and conditions.
 */
export function trimService(service: Service): Service {
  return service.metadata === undefined
    ? service
    : { ...service, metadata: trimMetadata(service.metadata) };
}

/** Returns metadata without the parts that no controller reads: `managedFields` and kubectl's copy of the object. */
function trimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { managedFields: _dropped, annotations, ...kept } = metadata;
  if (annotations === undefined) return kept;
  const { [lastApplied]: _copy, ...others } = annotations;
  return { ...kept, annotations: others };
}

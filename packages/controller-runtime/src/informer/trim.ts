import type { KubernetesObject, Node, ObjectMeta, Service } from '@k8s-ccm/cloud-provider';

/** A copy of the whole object, as `kubectl apply` leaves it; often larger than the rest. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object of any kind for a cache, without `managedFields`: often half of it, and no controller
 * reads them. What is left may be written back with `update`: the API server keeps them then.
 */
export function trimManagedFields<T extends KubernetesObject>(object: T): T {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/**
 * A Node for a cache: metadata (without `managedFields` and kubectl's copy), spec, `status.addresses` and
 * `status.conditions`. The rest (images, volumes, capacity, …) is about nine tenths of it.
 * Never write the result back with `update`: patch.
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
 * A Service for a cache: everything but `managedFields` and kubectl's copy.
 * Spec and status stay whole: their ports, policies and conditions are what a load balancer is made of.
 */
export function trimService(service: Service): Service {
  return service.metadata === undefined
    ? service
    : { ...service, metadata: trimMetadata(service.metadata) };
}

/** Metadata without what no controller reads: `managedFields` and kubectl's copy of the object. */
function trimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { managedFields: _dropped, annotations, ...kept } = metadata;
  if (annotations === undefined) return kept;
  const { [lastApplied]: _copy, ...others } = annotations;
  return { ...kept, annotations: others };
}

import type { ObjectMeta } from '@k8s-ccm/cloud-provider';

/** A copy of the whole object, as `kubectl apply` leaves it; often larger than the rest. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Metadata without what no controller reads: `managedFields` and kubectl's copy of the object. */
export function trimMetadata(metadata: ObjectMeta): ObjectMeta {
  const { managedFields: _dropped, annotations, ...kept } = metadata;
  if (annotations === undefined) return kept;
  const { [lastApplied]: _copy, ...others } = annotations;
  return { ...kept, annotations: others };
}

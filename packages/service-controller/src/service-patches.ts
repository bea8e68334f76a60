import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';

/**
 * Bodies for `PATCH services/<name>/status` as strategic merge patches (contract §4.10).
 * Each carries the UID: the API server refuses it for another Service that was created under the
 * same name meanwhile.
 */

/** Adds the cleanup finalizer and keeps the others. */
export function addFinalizerPatch(service: Service): object {
  return {
    metadata: {
      uid: service.metadata?.uid,
      '$setElementOrder/finalizers': [...finalizersOf(service), LoadBalancerCleanupFinalizer],
      finalizers: [LoadBalancerCleanupFinalizer],
    },
  };
}

/** Removes the cleanup finalizer and keeps the others. */
export function removeFinalizerPatch(service: Service): object {
  return {
    metadata: {
      uid: service.metadata?.uid,
      '$setElementOrder/finalizers': finalizersOf(service).filter(
        (finalizer) => finalizer !== LoadBalancerCleanupFinalizer,
      ),
      '$deleteFromPrimitiveList/finalizers': [LoadBalancerCleanupFinalizer],
    },
  };
}

/** Replaces `status.loadBalancer.ingress`; an empty status removes it. */
export function loadBalancerStatusPatch(service: Service, status: LoadBalancerStatus): object {
  const ingress = status.ingress ?? [];
  return {
    metadata: { uid: service.metadata?.uid },
    status: { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } },
  };
}

function finalizersOf(service: Service): readonly string[] {
  return service.metadata?.finalizers ?? [];
}

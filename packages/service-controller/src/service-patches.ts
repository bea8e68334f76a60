import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { LoadBalancerStatus, Service } from '@k8s-ccm/cloud-provider';

/*
 * Bodies for `PATCH services/<name>/status` as strategic merge patches (contract.md#service-patches). Each
 * carries the UID and the resource version: the API server refuses it if the Service has changed
 * since, or if another Service was created under the same name.
 */

/** Adds the cleanup finalizer and keeps the others. */
export function addFinalizerPatch(service: Service): object {
  return {
    metadata: {
      ...preconditions(service),
      '$setElementOrder/finalizers': [...finalizersOf(service), LoadBalancerCleanupFinalizer],
      finalizers: [LoadBalancerCleanupFinalizer],
    },
  };
}

/** Removes the cleanup finalizer and keeps the others. */
export function removeFinalizerPatch(service: Service): object {
  return {
    metadata: {
      ...preconditions(service),
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
    metadata: preconditions(service),
    status: { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } },
  };
}

function preconditions({ metadata }: Service): object {
  return { uid: metadata?.uid, resourceVersion: metadata?.resourceVersion };
}

function finalizersOf(service: Service): readonly string[] {
  return service.metadata?.finalizers ?? [];
}

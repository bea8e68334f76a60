import type { KubernetesObject } from '@k8s-ccm/cloud-provider';

/** Options of {@link ownObject}. */
export interface OwnIdentity {
  /**
   * The environment, with `POD_NAME`, `POD_NAMESPACE` and `POD_UID`. The UID is required for Events to appear in
   * `kubectl describe pod`.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The Lease of the leader election. */
  readonly lease: { readonly name: string; readonly namespace: string };
}

/** Returns the object of Events about the manager itself: its Pod or, if that is unknown, its Lease. */
export function ownObject({ environment, lease }: OwnIdentity): KubernetesObject {
  const { POD_NAME: name, POD_NAMESPACE: namespace, POD_UID: uid } = environment;
  if (!name || !namespace)
    return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease };
  const metadata = { name, namespace, ...(uid ? { uid } : {}) };
  return { apiVersion: 'v1', kind: 'Pod', metadata };
}

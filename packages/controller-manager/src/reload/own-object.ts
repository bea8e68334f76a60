import type { KubernetesObject } from '@k8s-ccm/cloud-provider';

/** What a manager knows of itself. */
export interface OwnIdentity {
  /** The Pod's, from the environment: `POD_NAME`, `POD_NAMESPACE` and, so that `kubectl describe pod` shows its events, `POD_UID`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The Lease of its election. */
  readonly lease: { readonly name: string; readonly namespace: string };
}

/** Whom events about the manager itself are about: its Pod or, where it does not know that, its Lease. */
export function ownObject({ environment, lease }: OwnIdentity): KubernetesObject {
  const { POD_NAME: name, POD_NAMESPACE: namespace, POD_UID: uid } = environment;
  if (!name || !namespace)
    return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease };
  const metadata = { name, namespace, ...(uid ? { uid } : {}) };
  return { apiVersion: 'v1', kind: 'Pod', metadata };
}

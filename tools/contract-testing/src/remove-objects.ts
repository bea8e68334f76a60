import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import type { ResourceClient } from '@k8s-ccm/controller-runtime';

/** Deletes objects of one kind, whatever finalizers hold them. */
export async function removeObjects(
  client: Pick<ResourceClient<KubernetesObject>, 'patch' | 'delete'>,
  objects: readonly KubernetesObject[],
): Promise<void> {
  await Promise.all(
    objects.map(
      async ({ metadata: { name = '', namespace, finalizers, deletionTimestamp } = {} }) => {
        const ref = namespace === undefined ? { name } : { name, namespace };
        if (finalizers !== undefined) {
          await client.patch(ref, { metadata: { finalizers: null } }, { type: 'merge' });
        }
        if (deletionTimestamp === undefined) await client.delete(ref);
      },
    ),
  );
}

import type { KubeClient } from '@k8s-ccm/controller-runtime';

const apiGroup = 'rbac.authorization.k8s.io';

/** Creates RBAC objects that let `reviewer` create reviews and `reader` read metrics and configuration. */
export async function allowServing(
  client: Pick<KubeClient, 'request'>,
  { reviewer, reader }: { readonly reviewer: string; readonly reader: string },
): Promise<void> {
  const create = (path: string, body: object) =>
    client.request({ method: 'POST', path: `/apis/${apiGroup}/v1${path}`, body });
  await create(
    '/clusterrolebindings',
    binding(`${reviewer}-delegator`, 'ClusterRole', 'system:auth-delegator', reviewer),
  );
  await create(
    '/namespaces/kube-system/rolebindings',
    binding(reviewer, 'Role', 'extension-apiserver-authentication-reader', reviewer),
  );
  await create('/clusterroles', {
    metadata: { name: reader },
    rules: [{ nonResourceURLs: ['/metrics', '/configz'], verbs: ['get'] }],
  });
  await create('/clusterrolebindings', binding(reader, 'ClusterRole', reader, reader));
}

function binding(name: string, kind: string, role: string, user: string): object {
  return {
    metadata: { name },
    roleRef: { apiGroup, kind, name: role },
    subjects: [{ apiGroup, kind: 'User', name: user }],
  };
}

import type { ServiceObject } from './cluster-objects.ts';
import type { Sandbox } from './sandbox.ts';

/** Creates a Service that another implementation serves, such as MetalLB, with its address. */
export async function addForeignService(
  sandbox: Sandbox,
  name: string,
  finalizers: readonly string[] = [],
): Promise<ServiceObject> {
  await sandbox.addService(name, { annotations: { 'metallb.io/address-pool': 'public' } });
  if (finalizers.length > 0) await sandbox.patchService(name, { metadata: { finalizers } });
  return await publishAddress(sandbox, name, '198.51.100.7');
}

/** Writes an address to the status of a Service, as the implementation that serves it does. */
export async function publishAddress(
  sandbox: Sandbox,
  name: string,
  ip: string,
): Promise<ServiceObject> {
  return await sandbox.kube.patch<ServiceObject>(
    `/api/v1/namespaces/default/services/${name}/status`,
    { status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } },
  );
}

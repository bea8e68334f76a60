import { silentLogger } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane, ControlPlaneOptions } from '@k8s-ccm/envtest';

/** A control plane and the client of its administrator. */
export interface ClusterAccess {
  readonly controlPlane: ControlPlane;
  readonly client: KubeClient;
}

/** Starts a control plane, and gives it with a client. */
export async function startCluster(options: ControlPlaneOptions = {}): Promise<ClusterAccess> {
  const controlPlane = await startControlPlane(options);
  return { controlPlane, client: await clientOf(controlPlane.kubeconfig) };
}

/** A client that is never held back, for the user of a kubeconfig file. */
export async function clientOf(kubeconfig: string): Promise<KubeClient> {
  const config = await loadKubeConfig({ kubeconfig, clock: systemClock, log: silentLogger });
  return KubeClient.create({
    config,
    userAgent: 'contract-test',
    qps: 0,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
  });
}

import { KubeClient, KubeConfigError, loadKubeConfig } from '@k8s-ccm/controller-runtime';
import type {
  ApiServerConfig,
  KubeClientOptions,
  LoadKubeConfigOptions,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';

/** Upstream's limits: what waits here is somebody's request. */
const rate = { qps: 200, burst: 400 };

/** So many that no review waits for another one: as many as there are questions at once, of both kinds. */
const connections = 256;

/** What a client for reviews is made with. */
export type DelegatedClientOptions = Pick<
  KubeClientOptions,
  'userAgent' | 'clock' | 'random' | 'log' | 'mayCall'
> & {
  readonly metrics: MetricsRegistry;
  /** Path of a kubeconfig; empty: the service account of the pod. */
  readonly kubeconfig: string;
  readonly proxyFor?: LoadKubeConfigOptions['proxyFor'];
  /** Where the pod's service account is looked for; for tests. */
  readonly inCluster?: LoadKubeConfigOptions['inCluster'];
};

/**
 * A client that asks the API server about others. `undefined` where there is neither a kubeconfig nor a pod.
 * @throws KubeConfigError where the kubeconfig cannot be used
 */
export async function delegatedClient(
  options: DelegatedClientOptions,
): Promise<KubeClient | undefined> {
  const { userAgent, clock, random, log, metrics, mayCall } = options;
  const config = await configFor(options);
  if (config === undefined) return undefined;
  return KubeClient.create({
    config,
    userAgent,
    ...rate,
    connections,
    clock,
    random,
    log,
    metrics,
    mayCall,
  });
}

async function configFor({
  kubeconfig,
  inCluster = {},
  proxyFor,
  clock,
  log,
}: DelegatedClientOptions): Promise<ApiServerConfig | undefined> {
  const { env = process.env } = inCluster;
  const isInPod = (env['KUBERNETES_SERVICE_HOST'] ?? '') !== '';
  if (kubeconfig === '' && !isInPod) return undefined;
  try {
    return await loadKubeConfig({ kubeconfig, inCluster, proxyFor, clock, log });
  } catch (error) {
    if (kubeconfig !== '' || !(error instanceof KubeConfigError)) throw error;
    log.warn('the service account of the pod cannot be used to ask who may be served', { error });
    return undefined;
  }
}

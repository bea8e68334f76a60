import { KubeClient, KubeConfigError, loadKubeConfig } from '@k8s-ccm/controller-runtime';
import type {
  ApiServerConfig,
  KubeClientOptions,
  LoadKubeConfigOptions,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';

/** Upstream's limits. */
const rate = { qps: 200, burst: 400 };

/** One connection for each pending question of both kinds, so that no review waits for another one. */
const connections = 256;

/** Options of {@link delegatedClient}. */
export type DelegatedClientOptions = Pick<
  KubeClientOptions,
  'userAgent' | 'clock' | 'random' | 'log' | 'mayCall'
> & {
  readonly metrics: MetricsRegistry;
  /** Path of a kubeconfig. If empty, the service account of the Pod is used. */
  readonly kubeconfig: string;
  readonly proxyFor?: LoadKubeConfigOptions['proxyFor'];
  /** The directory of the service account of the Pod, for tests. */
  readonly inCluster?: LoadKubeConfigOptions['inCluster'];
};

/**
 * Creates a client for TokenReviews and SubjectAccessReviews. Returns `undefined` if neither a kubeconfig nor a
 * service account of a Pod exists.
 * @throws KubeConfigError if the kubeconfig is invalid
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
    log.warn('cannot use the service account of the Pod for authentication and authorization', {
      error,
    });
    return undefined;
  }
}

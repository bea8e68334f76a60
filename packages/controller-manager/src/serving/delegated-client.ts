import { KubeClient, KubeConfigError, loadKubeConfig } from '@k8s-ccm/controller-runtime';
import type {
  ApiServerConfig,
  KubeClientOptions,
  MetricsRegistry,
  LoadKubeConfigOptions,
} from '@k8s-ccm/controller-runtime';

/** Upstream's limits: what waits here is somebody's request. */
const rate = { qps: 200, burst: 400 };

/** What a client for reviews is made with. */
export type DelegatedClientOptions = Pick<
  KubeClientOptions,
  'userAgent' | 'clock' | 'random' | 'log'
> & {
  readonly metrics: MetricsRegistry;
  /** Path of a kubeconfig; empty: the service account of the pod. */
  readonly kubeconfig: string;
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
  const { userAgent, clock, random, log, metrics } = options;
  const config = await configFor(options);
  if (config === undefined) return undefined;
  return KubeClient.create({ config, userAgent, ...rate, clock, random, log, metrics });
}

async function configFor({
  kubeconfig,
  inCluster,
  clock,
  log,
}: DelegatedClientOptions): Promise<ApiServerConfig | undefined> {
  try {
    return await loadKubeConfig({
      kubeconfig,
      clock,
      log,
      ...(inCluster === undefined ? {} : { inCluster }),
    });
  } catch (error) {
    if (kubeconfig !== '' || !(error instanceof KubeConfigError)) throw error;
    log.info('no kubeconfig to ask the API server about others, and no service account', { error });
    return undefined;
  }
}

import { resolve } from 'node:path';
import type { Logger } from '@k8s-ccm/cloud-provider';
import type { ApiServerConfig } from './api-server-config.ts';
import type { Clock } from './clock.ts';
import { loadInClusterConfig, type InClusterOptions } from './in-cluster-config.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { isHttpUrl, readKubeConfigFile, type KubeConfigSelection } from './kube-config-file.ts';
import { readKubeConfigTls } from './kube-config-tls.ts';
import { userCredentials } from './user-credentials.ts';

/** Options of {@link loadKubeConfig}. */
export interface LoadKubeConfigOptions {
  /** Path of a kubeconfig file. Without it and without `master`: the pod's service account. */
  readonly kubeconfig?: string | undefined;
  /** URL of the API server; goes before the file's. Alone: no credentials, the system's certificate authorities. */
  readonly master?: string | undefined;
  /** Context of the file. Default: its `current-context`. */
  readonly context?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the pod's service account is looked for; for tests. */
  readonly inCluster?: Pick<InClusterOptions, 'env' | 'folder'>;
}

/**
 * Finds out which API server to call, and as whom, as upstream's `--kubeconfig` and `--master` say it.
 * Everything that can be checked without calling the server is checked now: files are read, keys are parsed,
 * a credential plugin is run once.
 *
 * @throws KubeConfigError that names the file and what is wrong with it
 */
export async function loadKubeConfig(options: LoadKubeConfigOptions): Promise<ApiServerConfig> {
  const { kubeconfig = '', master = '', clock, log } = options;
  if (master !== '' && !isHttpUrl(master)) {
    throw new KubeConfigError(
      '--master',
      `must be an http or https URL, is ${JSON.stringify(master)}`,
    );
  }
  if (kubeconfig !== '') {
    const selection = await readKubeConfigFile(kubeconfig, options.context || undefined);
    return await configFrom(selection, {
      ...options,
      file: resolve(kubeconfig),
      source: `kubeconfig ${kubeconfig}`,
    });
  }
  if (master !== '') {
    const tls = { rejectUnauthorized: true };
    const { credentials } = await userCredentials(undefined, {
      file: '',
      source: '--master',
      clock,
      log,
    });
    return { server: withoutSlash(master), tls: async () => tls, credentials, source: '--master' };
  }
  return await loadInClusterConfig({ ...options.inCluster, clock, log });
}

async function configFrom(
  { cluster, user, context, namespace }: KubeConfigSelection,
  options: LoadKubeConfigOptions & { readonly file: string; readonly source: string },
): Promise<ApiServerConfig> {
  const { log, master = '', source } = options;
  const server = withoutSlash(master === '' ? cluster.server : master);
  if (cluster.insecureSkipTlsVerify && server.startsWith('https:')) {
    log.warn(
      'the certificate of the API server is not verified: the kubeconfig has insecure-skip-tls-verify',
      {
        server,
        source,
      },
    );
  }
  const { credentials, pluginTls } = await userCredentials(user, options);
  const tls: ApiServerConfig['tls'] = async () => ({
    ...(await readKubeConfigTls(cluster, user, options)),
    ...pluginTls(),
  });
  await Promise.all([credentials.headers(), tls()]);
  return {
    server,
    tls,
    credentials,
    source: `${source}, context "${context}"`,
    ...(cluster.proxyUrl === undefined ? {} : { proxyUrl: cluster.proxyUrl }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function withoutSlash(server: string): string {
  return server.replace(/\/+$/, '');
}

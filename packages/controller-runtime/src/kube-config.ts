import { resolve } from 'node:path';
import type { Logger, ProxyFor } from '@k8s-ccm/cloud-provider';
import type { ApiServerConfig, ApiServerTls } from './api-server-config.ts';
import type { Clock } from './clock.ts';
import { CredentialCache, type LoadedCredentials } from './credential-cache.ts';
import { loadInClusterConfig, type InClusterOptions } from './in-cluster-config.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { KubeConfigFile, serverProblem, type KubeConfigSelection } from './kube-config-file.ts';
import { readKubeConfigTls } from './kube-config-tls.ts';
import {
  userCredentials,
  type UserCredentials,
  type UserCredentialsOptions,
} from './user-credentials.ts';

/** Options of {@link loadKubeConfig}. */
export interface LoadKubeConfigOptions {
  /** Path of a kubeconfig file. Without it and without `master`: the pod's service account. */
  readonly kubeconfig?: string | undefined;
  /** URL of the API server; goes before the file's. Alone: no credentials, the system's certificate authorities. */
  readonly master?: string | undefined;
  /** Context of the file. Default: its `current-context`. */
  readonly context?: string | undefined;
  /** By which proxy to go to the API server, where the kubeconfig has no `proxy-url`. Default: by none. */
  readonly proxyFor?: ProxyFor | undefined;
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
  const config = await readConfig(options);
  if (config.proxyUrl !== undefined) return config;
  const proxy = options.proxyFor?.(new URL(config.server));
  return proxy === undefined ? config : { ...config, proxyUrl: proxy.href };
}

async function readConfig(options: LoadKubeConfigOptions): Promise<ApiServerConfig> {
  const { kubeconfig = '', master = '', clock, log } = options;
  const problem = master === '' ? undefined : serverProblem(master);
  if (problem !== undefined) throw new KubeConfigError('--master', problem);
  if (kubeconfig !== '') return await configFrom(kubeconfig, options);
  if (master !== '') {
    const tls = { rejectUnauthorized: true };
    const credentials = new CredentialCache({ load: async () => ({ headers: {} }), clock, log });
    return { server: withoutSlash(master), tls: async () => tls, credentials, source: '--master' };
  }
  return await loadInClusterConfig({ ...options.inCluster, clock, log });
}

async function configFrom(
  path: string,
  { context, master = '', clock, log }: LoadKubeConfigOptions,
): Promise<ApiServerConfig> {
  const file = new KubeConfigFile({ path, context: context || undefined, log });
  const source = `kubeconfig ${path}`;
  const user = new CurrentUser(file, { file: resolve(path), source });
  const { cluster, namespace, context: name } = await file.read();
  const server = withoutSlash(master === '' ? cluster.server : master);
  if (cluster.insecureSkipTlsVerify && server.startsWith('https:')) {
    log.warn(
      'the certificate of the API server is not verified: the kubeconfig has insecure-skip-tls-verify',
      { server, source },
    );
  }
  const credentials = new CredentialCache({
    load: async (isRefused) => await user.load(isRefused),
    clock,
    log,
  });
  const tls: ApiServerConfig['tls'] = async () => await user.tls();
  await Promise.all([credentials.headers(), tls()]);
  return {
    server,
    tls,
    credentials,
    source: `${source}, context "${name}"`,
    ...(cluster.proxyUrl === undefined ? {} : { proxyUrl: cluster.proxyUrl }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** The user of a kubeconfig as the file has it now: a token in it, its certificates or its plugin may be replaced. Which server to call stays what it was. */
class CurrentUser {
  readonly #file: KubeConfigFile;
  readonly #options: UserCredentialsOptions;
  #made:
    | { readonly of: KubeConfigSelection; readonly credentials: Promise<UserCredentials> }
    | undefined;

  constructor(file: KubeConfigFile, options: UserCredentialsOptions) {
    this.#file = file;
    this.#options = options;
  }

  async load(isRefused: boolean): Promise<LoadedCredentials> {
    const { fetch, maxAgeMs } = await this.#credentials(await this.#file.read());
    return { headers: await fetch(isRefused), maxAgeMs };
  }

  async tls(): Promise<ApiServerTls> {
    const selection = await this.#file.read();
    const { pluginTls } = await this.#credentials(selection);
    const { cluster, user } = selection;
    return { ...(await readKubeConfigTls(cluster, user, this.#options)), ...pluginTls() };
  }

  /** Made anew only for another text: a plugin that is still the same keeps what it has. */
  async #credentials(selection: KubeConfigSelection): Promise<UserCredentials> {
    if (this.#made?.of !== selection) {
      this.#made = { of: selection, credentials: userCredentials(selection.user, this.#options) };
    }
    return await this.#made.credentials;
  }
}

function withoutSlash(server: string): string {
  return server.replace(/\/+$/, '');
}

import { delimiter } from 'node:path';
import type { Logger, ProxyFor } from '@k8s-ccm/cloud-provider';
import type { ApiServerConfig, ApiServerTls } from '../api/transport/api-server-config.ts';
import type { Clock } from '../time/clock.ts';
import { CredentialCache, type LoadedCredentials } from '../api/transport/credential-cache.ts';
import { execCluster } from './exec-cluster.ts';
import { loadInClusterConfig, type InClusterOptions } from './in-cluster-config.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { KubeConfigFile, type KubeConfigFileOptions } from './kube-config-file.ts';
import { readKubeConfigTls } from './kube-config-tls.ts';
import { isAnonymous } from './kube-config-user.ts';
import type { KubeConfigSelection } from './select-context.ts';
import { serverProblem, serverUrl } from './server-url.ts';
import { noCredentials, userCredentials, type UserCredentials } from './user-credentials.ts';

/** Options of {@link loadKubeConfig}. */
export interface LoadKubeConfigOptions {
  /** Path of a kubeconfig file. If this and `master` are absent, see {@link loadKubeConfig}. */
  readonly kubeconfig?: string | undefined;
  /**
   * URL of the API server. Takes precedence over the file's. On its own, it means no credentials and the system's
   * certificate authorities.
   */
  readonly master?: string | undefined;
  /** Context of the file. Default: its `current-context`. */
  readonly context?: string | undefined;
  /** Returns the proxy for the API server if the kubeconfig has no `proxy-url`. Default: no proxy. */
  readonly proxyFor?: ProxyFor | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Contains `KUBECONFIG` and is passed to exec plugins. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The folder of the pod's service account, for tests. */
  readonly inCluster?: Pick<InClusterOptions, 'env' | 'folder'>;
}

/**
 * Determines the API server and the credentials: those of a kubeconfig file; if there is none, those of the pod;
 * outside a pod, those of the files in `KUBECONFIG`. Everything that can be checked without calling the server is
 * checked immediately: files are read, keys are parsed, and a credential plugin is run once.
 *
 * @throws KubeConfigError that names the file and the problem
 */
export async function loadKubeConfig(options: LoadKubeConfigOptions): Promise<ApiServerConfig> {
  const config = await readConfig(options);
  if (config.proxyUrl !== undefined) return config;
  const proxy = options.proxyFor?.(new URL(config.server));
  return proxy === undefined ? config : { ...config, proxyUrl: proxy.href };
}

async function readConfig(options: LoadKubeConfigOptions): Promise<ApiServerConfig> {
  const { kubeconfig = '', master = '', env = process.env, clock, log } = options;
  const problem = master === '' ? undefined : serverProblem(master);
  if (problem !== undefined) {
    const { found = '', ...rest } = problem;
    throw new KubeConfigError('--master', { path: '', found, ...rest });
  }
  if (kubeconfig !== '') return await configFrom({ paths: [kubeconfig] }, options);
  if (master !== '') {
    const tls = { rejectUnauthorized: true };
    const credentials = new CredentialCache({ load: async () => ({ headers: {} }), clock, log });
    return { server: serverUrl(master), tls: async () => tls, credentials, source: '--master' };
  }
  const inCluster = { env, ...options.inCluster };
  const paths = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if ((inCluster.env['KUBERNETES_SERVICE_HOST'] ?? '') === '' && paths.length > 0) {
    log.info('the API server and the credentials are taken from KUBECONFIG', { paths });
    return await configFrom({ paths, mayBeMissing: true }, options);
  }
  return await loadInClusterConfig({ ...inCluster, clock, log });
}

async function configFrom(
  files: Pick<KubeConfigFileOptions, 'paths' | 'mayBeMissing'>,
  options: LoadKubeConfigOptions,
): Promise<ApiServerConfig> {
  const { context, master = '', clock, log } = options;
  const file = new KubeConfigFile({ ...files, context: context || undefined, log });
  const selection = await file.read();
  const { cluster, namespace, context: name } = selection;
  const server = master === '' ? cluster.server : serverUrl(master);
  if (server === undefined) {
    throw cluster.record.refuse('server', serverProblem('') ?? { allowed: 'a URL' });
  }
  const { source } = file;
  warnOfWeakness(selection, { server, source, log });
  const user = new CurrentUser(file, server, options);
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

/** Warns about settings that may be unintended and would be noticed late. */
function warnOfWeakness(
  { cluster, user }: KubeConfigSelection,
  {
    server,
    source,
    log,
  }: { readonly server: string; readonly source: string; readonly log: Logger },
): void {
  if (isAnonymous(user)) {
    log.warn('the kubeconfig has no credentials: requests are anonymous', { server, source });
  } else if (!isTls(server)) {
    log.warn(
      'the credentials of the kubeconfig are not sent: the URL of the API server uses http',
      {
        server,
        source,
      },
    );
  }
  if (cluster.insecureSkipTlsVerify && isTls(server)) {
    log.warn(
      'the certificate of the API server is not verified: the kubeconfig sets insecure-skip-tls-verify',
      { server, source },
    );
  }
}

function isTls(server: string): boolean {
  return server.startsWith('https:');
}

/**
 * The user of a kubeconfig as the file currently has it: its token, certificates or plugin may be replaced. The server
 * to call does not change.
 */
class CurrentUser {
  readonly #file: KubeConfigFile;
  readonly #server: string;
  readonly #options: LoadKubeConfigOptions;
  #made:
    | { readonly of: KubeConfigSelection; readonly credentials: Promise<UserCredentials> }
    | undefined;

  constructor(file: KubeConfigFile, server: string, options: LoadKubeConfigOptions) {
    this.#file = file;
    this.#server = server;
    this.#options = options;
  }

  async load(isRefused: boolean): Promise<LoadedCredentials> {
    const { fetch } = await this.#credentials(await this.#file.read());
    return await fetch(isRefused);
  }

  async tls(): Promise<ApiServerTls> {
    if (!isTls(this.#server)) return { rejectUnauthorized: true };
    const selection = await this.#file.read();
    const { pluginTls } = await this.#credentials(selection);
    const { cluster, user } = selection;
    return { ...(await readKubeConfigTls(cluster, user)), ...pluginTls() };
  }

  /** Creates new credentials only if the content has changed: an unchanged plugin keeps its credential. */
  async #credentials(selection: KubeConfigSelection): Promise<UserCredentials> {
    // As in kubectl: secrets are not sent over the network in the clear.
    if (!isTls(this.#server)) return noCredentials;
    if (this.#made?.of !== selection) {
      const { cluster, user } = selection;
      const { clock, env } = this.#options;
      const credentials = userCredentials(user, {
        cluster: async () => await execCluster(cluster, this.#server),
        clock,
        env,
      });
      this.#made = { of: selection, credentials };
    }
    return await this.#made.credentials;
  }
}

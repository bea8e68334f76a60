import { readFile } from 'node:fs/promises';
import type { Logger } from '@k8s-ccm/cloud-provider';
import { messageOf } from './error-facts.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { KubeConfigRecord } from './kube-config-record.ts';

/** What a kubeconfig says of a cluster. */
export interface KubeConfigCluster {
  readonly server: string;
  readonly certificateAuthority: string | undefined;
  readonly certificateAuthorityData: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
}

/** What a kubeconfig says of a user. */
export interface KubeConfigUser {
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientCertificateData: string | undefined;
  readonly clientKey: string | undefined;
  readonly clientKeyData: string | undefined;
  /** Program that yields credentials, as in the file. */
  readonly exec: KubeConfigRecord | undefined;
  /** Older form of plugins (OIDC, …), as in the file. */
  readonly authProvider: KubeConfigRecord | undefined;
  readonly as: string | undefined;
  readonly asUid: string | undefined;
  readonly asGroups: readonly string[];
  readonly asUserExtra: Readonly<Record<string, readonly string[]>>;
}

/** The part of a kubeconfig file that one context selects. */
export interface KubeConfigSelection {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly cluster: KubeConfigCluster;
  /** Absent for a context without a user. */
  readonly user: KubeConfigUser | undefined;
}

/** Options of {@link KubeConfigFile}. */
export interface KubeConfigFileOptions {
  readonly path: string;
  /** Default: the file's `current-context`. */
  readonly context?: string | undefined;
  readonly log: Logger;
}

/** A kubeconfig file, which somebody may replace at any time to give us other credentials. */
export class KubeConfigFile {
  readonly #options: KubeConfigFileOptions;
  readonly #source: string;
  #current: { readonly text: string; readonly selection: KubeConfigSelection } | undefined;

  constructor(options: KubeConfigFileOptions) {
    this.#options = options;
    this.#source = `kubeconfig ${options.path}`;
  }

  /**
   * What a context of the file says now; the same object for as long as the text is the same. Where the file has
   * become unusable, what it said before, with a warning.
   * @throws KubeConfigError that names the file and what is wrong with it, where it was never usable
   */
  async read(): Promise<KubeConfigSelection> {
    const { context, log } = this.#options;
    try {
      const text = await this.#readText();
      if (text !== this.#current?.text) {
        const root = new KubeConfigRecord(await parse(text, this.#source), this.#source, '');
        this.#current = { text, selection: select(root, this.#source, context) };
      }
    } catch (error) {
      if (this.#current === undefined) throw error;
      log.warn('the kubeconfig cannot be used any more, going on with what it said', { error });
    }
    return this.#current.selection;
  }

  async #readText(): Promise<string> {
    try {
      return await readFile(this.#options.path, 'utf8');
    } catch (error) {
      throw new KubeConfigError(this.#source, `cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

async function parse(text: string, source: string): Promise<unknown> {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : await parseYaml(text);
  } catch (error) {
    // Without the error itself, which quotes the file.
    throw new KubeConfigError(source, `is neither YAML nor JSON${placeOf(error)}`);
  }
}

/** The line that a parser complains of, and nothing of what is in it: that may be a secret. */
function placeOf(error: unknown): string {
  const line = /\((?:line )?(\d+)(?::| column )\d+\)/.exec(messageOf(error))?.[1];
  return line === undefined ? '' : ` at line ${line}`;
}

async function parseYaml(text: string): Promise<unknown> {
  // Loaded only here: it costs 13 MB and a third of a second, and a pod has no kubeconfig.
  const { loadYaml } = await import('./client-node.ts');
  return loadYaml<unknown>(text);
}

function select(
  file: KubeConfigRecord,
  source: string,
  contextName: string | undefined,
): KubeConfigSelection {
  const name = contextName ?? file.text('current-context') ?? '';
  if (name === '') throw new KubeConfigError(source, 'has no current-context');
  const context = file.entry('context', name);
  const clusterName = context.text('cluster') ?? '';
  if (clusterName === '') throw new KubeConfigError(source, `context "${name}" names no cluster`);
  const userName = context.text('user') ?? '';
  return {
    context: name,
    namespace: context.text('namespace'),
    cluster: clusterFrom(file.entry('cluster', clusterName)),
    user: userName === '' ? undefined : userFrom(file.entry('user', userName)),
  };
}

function clusterFrom(record: KubeConfigRecord): KubeConfigCluster {
  const server = record.text('server') ?? '';
  const problem = serverProblem(server);
  if (problem !== undefined) throw record.error('server', problem);
  const proxyUrl = record.text('proxy-url');
  if (proxyUrl !== undefined && !isHttpUrl(proxyUrl)) {
    throw record.error('proxy-url', 'must be an http or https URL');
  }
  return {
    server,
    certificateAuthority: record.text('certificate-authority'),
    certificateAuthorityData: record.text('certificate-authority-data'),
    insecureSkipTlsVerify: record.flag('insecure-skip-tls-verify'),
    tlsServerName: record.text('tls-server-name'),
    proxyUrl,
  };
}

function userFrom(record: KubeConfigRecord): KubeConfigUser {
  return {
    token: record.text('token'),
    tokenFile: record.text('tokenFile'),
    username: record.text('username'),
    password: record.text('password'),
    clientCertificate: record.text('client-certificate'),
    clientCertificateData: record.text('client-certificate-data'),
    clientKey: record.text('client-key'),
    clientKeyData: record.text('client-key-data'),
    exec: record.record('exec'),
    authProvider: record.record('auth-provider'),
    as: record.text('as'),
    asUid: record.text('as-uid'),
    asGroups: record.texts('as-groups'),
    asUserExtra: Object.fromEntries(
      (record.record('as-user-extra')?.keys() ?? []).map((key) => [
        key,
        record.record('as-user-extra')?.texts(key) ?? [],
      ]),
    ),
  };
}

/** Why this is no URL of an API server. What it holds of a user would be used by nobody, but logged. */
export function serverProblem(text: string): string | undefined {
  if (!isHttpUrl(text)) return 'must be an http or https URL';
  const { username, password } = new URL(text);
  return `${username}${password}` === '' ? undefined : 'must not hold a user or a password';
}

/** True for an absolute `http:` or `https:` URL. */
function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

import { readFile } from 'node:fs/promises';
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

/**
 * Reads a kubeconfig file and picks a context.
 *
 * @param contextName the file's `current-context` where absent
 * @throws KubeConfigError that names the file and what is wrong with it
 */
export async function readKubeConfigFile(
  path: string,
  contextName?: string,
): Promise<KubeConfigSelection> {
  const source = `kubeconfig ${path}`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new KubeConfigError(source, `cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return select(new KubeConfigRecord(await parse(text, source), source, ''), source, contextName);
}

async function parse(text: string, source: string): Promise<unknown> {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : await parseYaml(text);
  } catch (error) {
    throw new KubeConfigError(source, `is neither YAML nor JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
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
  if (!isHttpUrl(server)) {
    throw record.error('server', 'must be an http or https URL');
  }
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

/** True for an absolute `http:` or `https:` URL. */
export function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

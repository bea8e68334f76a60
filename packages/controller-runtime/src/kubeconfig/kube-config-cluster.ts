import type { KubeConfigRecord } from './kube-config-record.ts';
import { serverProblem, serverUrl } from './server-url.ts';

/** Fields of a cluster in a kubeconfig. */
export const clusterKeys: readonly string[] = [
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'proxy-url',
  'disable-compression',
  'extensions',
];

/** The extension of a cluster that contains the configuration of its exec plugins. */
const execExtension = 'client.authentication.k8s.io/exec';

/** A cluster of a kubeconfig. */
export interface KubeConfigCluster {
  /** Without a trailing slash. `undefined` if the file has none, which is allowed only together with `--master`. */
  readonly server: string | undefined;
  /** Path of a PEM file. */
  readonly caFile: string | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly disableCompression: boolean;
  /** Configuration for exec plugins. `undefined` if the cluster has none. */
  readonly execConfig: unknown;
  /** For errors about the cluster. */
  readonly record: KubeConfigRecord;
}

/** Decodes a cluster. @throws KubeConfigError */
export function readCluster(record: KubeConfigRecord): KubeConfigCluster {
  const server = record.text('server');
  const problem = server === undefined ? undefined : serverProblem(server);
  if (problem !== undefined) throw record.refuse('server', problem);
  const proxyUrl = record.text('proxy-url');
  if (proxyUrl !== undefined && !/^https?:$/.test(URL.parse(proxyUrl)?.protocol ?? '')) {
    // The URL may contain a password.
    const found = 'another URL';
    throw record.refuse('proxy-url', { found, allowed: 'an http or https URL' });
  }
  const ca = record.base64('certificate-authority-data');
  const caFile = record.path('certificate-authority');
  if (ca !== undefined && caFile !== undefined) {
    throw record.refuse('certificate-authority', {
      found: 'certificate-authority-data next to it',
      allowed: 'one of the two',
    });
  }
  return {
    server: server === undefined ? undefined : serverUrl(server),
    ca,
    caFile,
    insecureSkipTlsVerify: record.flag('insecure-skip-tls-verify'),
    tlsServerName: record.text('tls-server-name'),
    proxyUrl,
    disableCompression: record.flag('disable-compression'),
    execConfig: record
      .records('extensions')
      .find((extension) => extension.text('name') === execExtension)
      ?.value('extension'),
    record,
  };
}

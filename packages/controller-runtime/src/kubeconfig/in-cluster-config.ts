import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Logger } from '@k8s-ccm/cloud-provider';
import { parseCertificates } from '@k8s-ccm/foundation';
import type { ApiServerConfig } from '../api/transport/api-server-config.ts';
import type { Clock } from '../time/clock.ts';
import { CredentialCache } from '../api/transport/credential-cache.ts';
import { messageOf } from '../api/errors/error-facts.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { readTokenFile } from './token-file.ts';

/** The folder where the kubelet mounts a pod's service account. */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet rotates the token well before it expires. client-go also checks once a minute. */
const tokenMaxAgeMs = 60_000;

/** Options of {@link loadInClusterConfig}. */
export interface InClusterOptions {
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: the kubelet's mount path. */
  readonly folder?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Returns the configuration with which a pod calls the API server of its cluster: its service account. @throws KubeConfigError outside a pod */
export async function loadInClusterConfig(options: InClusterOptions): Promise<ApiServerConfig> {
  const { env = process.env, folder = serviceAccountFolder, clock, log } = options;
  const source = 'in-cluster configuration';
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '';
  if (host === '' || port === '') {
    throw new KubeConfigError(
      source,
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this process does not run in a pod; specify a kubeconfig file',
    );
  }
  const tokenFile = join(folder, 'token');
  const caFile = join(folder, 'ca.crt');
  const credentials = new CredentialCache({
    load: async () => ({
      headers: {
        authorization: `Bearer ${await readTokenFile(tokenFile, (text, cause) => new KubeConfigError(source, text, cause))}`,
      },
    }),
    maxAgeMs: tokenMaxAgeMs,
    clock,
    log,
  });
  const tls = async (): Promise<{ ca: string; rejectUnauthorized: boolean }> => ({
    ca: await readAuthorityFile(caFile, source),
    rejectUnauthorized: true,
  });
  await Promise.all([credentials.headers(), tls()]);
  const namespace = await readFile(join(folder, 'namespace'), 'utf8').catch(() => '');
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    tls,
    credentials,
    source,
    ...(namespace.trim() === '' ? {} : { namespace: namespace.trim() }),
  };
}

async function readAuthorityFile(path: string, source: string): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    throw new KubeConfigError(source, `${path} cannot be read`, { cause: error });
  }
  try {
    if (parseCertificates(pem).length > 0) return pem;
  } catch (error) {
    throw new KubeConfigError(source, `${path}: ${messageOf(error)}`, { cause: error });
  }
  throw new KubeConfigError(source, `${path}: it contains no certificate in PEM form`);
}

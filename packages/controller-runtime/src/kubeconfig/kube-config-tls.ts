import { readFile } from 'node:fs/promises';
import { checkedPair, decodeText, parseCertificates } from '@k8s-ccm/foundation';
import type { ApiServerTls } from '../api/transport/api-server-config.ts';
import { messageOf } from '../api/errors/error-facts.ts';
import type { KubeConfigCluster } from './kube-config-cluster.ts';
import type { KubeConfigRecord } from './kube-config-record.ts';
import type { KubeConfigUser } from './kube-config-user.ts';

/**
 * Returns the TLS material of a kubeconfig. Files are read again at each call.
 * @throws KubeConfigError if a file cannot be read, or if it contains no certificate or key in PEM form
 */
export async function readKubeConfigTls(
  cluster: KubeConfigCluster,
  user: KubeConfigUser | undefined,
): Promise<ApiServerTls> {
  const [ca, pair] = await Promise.all([
    // Without verification, the certificate authorities are not needed and not read.
    cluster.insecureSkipTlsVerify ? undefined : readAuthorities(cluster),
    user && readPair(user),
  ]);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...pair,
    ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
    rejectUnauthorized: !cluster.insecureSkipTlsVerify,
  };
}

/** Returns the certificate authorities of a cluster as PEM. `undefined` for those of the system. @throws KubeConfigError */
export async function readAuthorities({
  ca,
  caFile,
  record,
}: KubeConfigCluster): Promise<string | undefined> {
  const part = await readPart(record, 'certificate-authority', ca, caFile);
  if (part === undefined) return undefined;
  checkCertificates(record, part);
  return part.pem;
}

async function readPair(
  user: KubeConfigUser,
): Promise<Pick<ApiServerTls, 'cert' | 'key'> | undefined> {
  const { record } = user;
  const [cert, key] = await Promise.all([
    readPart(record, 'client-certificate', user.cert, user.certFile),
    readPart(record, 'client-key', user.key, user.keyFile),
  ]);
  if (cert === undefined || key === undefined) return undefined;
  checkCertificates(record, cert);
  try {
    return checkedPair(cert.pem, key.pem);
  } catch (error) {
    throw record.error(key.field, `${key.place}${messageOf(error)}`, { cause: error });
  }
}

interface PemPart {
  readonly field: string;
  readonly pem: string;
  /** Returns the path of the file and a colon, for errors. Empty for data in the kubeconfig. */
  readonly place: string;
}

async function readPart(
  record: KubeConfigRecord,
  field: string,
  data: string | undefined,
  path: string | undefined,
): Promise<PemPart | undefined> {
  if (data !== undefined) return { field: `${field}-data`, pem: data, place: '' };
  if (path === undefined) return undefined;
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const text = `${path} cannot be read: ${messageOf(error)}`;
    throw record.error(field, text, { cause: error });
  }
  return { field, pem: decodeText(bytes).text ?? bytes.toString('latin1'), place: `${path}: ` };
}

function checkCertificates(record: KubeConfigRecord, { field, pem, place }: PemPart): void {
  let certificates: readonly unknown[];
  try {
    certificates = parseCertificates(pem);
  } catch (error) {
    throw record.error(field, `${place}${messageOf(error)}`, { cause: error });
  }
  if (certificates.length > 0) return;
  throw record.error(field, `${place}it contains no certificate in PEM form`);
}

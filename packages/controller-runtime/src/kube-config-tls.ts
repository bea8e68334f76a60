import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { ApiServerTls } from './api-server-config.ts';
import { messageOf } from './error-facts.ts';
import { KubeConfigError } from './kube-config-error.ts';
import type { KubeConfigCluster, KubeConfigUser } from './kube-config-file.ts';
import { resolveBeside } from './kube-config-path.ts';

/**
 * The TLS material of a kubeconfig; files are read anew at each call.
 *
 * @param file path of the kubeconfig
 * @throws KubeConfigError for files that cannot be read and PEM that TLS does not accept
 */
export async function readKubeConfigTls(
  cluster: KubeConfigCluster,
  user: KubeConfigUser | undefined,
  { file, source }: { readonly file: string; readonly source: string },
): Promise<ApiServerTls> {
  const read = async (
    what: string,
    data: string | undefined,
    path: string | undefined,
  ): Promise<Buffer | undefined> => {
    // As client-go: data in the file goes before a path.
    if (data !== undefined) return Buffer.from(data, 'base64');
    if (path === undefined) return undefined;
    const from = resolveBeside(file, path);
    return await readFile(from).catch((error: unknown) => {
      throw new KubeConfigError(source, `${what} ${from} cannot be read`, { cause: error });
    });
  };
  const [ca, cert, key] = await Promise.all([
    // Pointless without verification, so it is not even read.
    cluster.insecureSkipTlsVerify
      ? undefined
      : read(
          'certificate-authority',
          cluster.certificateAuthorityData,
          cluster.certificateAuthority,
        ),
    read('client-certificate', user?.clientCertificateData, user?.clientCertificate),
    read('client-key', user?.clientKeyData, user?.clientKey),
  ]);
  if ((cert === undefined) !== (key === undefined)) {
    throw new KubeConfigError(
      source,
      `client-certificate and client-key go together; ${cert === undefined ? 'the certificate' : 'the key'} is missing`,
    );
  }
  const material = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  try {
    createSecureContext(material);
  } catch (error) {
    throw new KubeConfigError(source, `certificates or key are not usable: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return {
    ...material,
    ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
    rejectUnauthorized: !cluster.insecureSkipTlsVerify,
  };
}

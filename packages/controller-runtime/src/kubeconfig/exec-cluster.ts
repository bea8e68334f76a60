import type { ExecCluster } from './exec-plugin.ts';
import type { KubeConfigCluster } from './kube-config-cluster.ts';
import { readAuthorities } from './kube-config-tls.ts';

/**
 * Returns the cluster information that an exec plugin receives, as client-go passes it. Certificate authorities in a
 * file are passed as data.
 * @param server the server that is actually called
 */
export async function execCluster(
  cluster: KubeConfigCluster,
  server: string,
): Promise<ExecCluster> {
  const { tlsServerName, insecureSkipTlsVerify, proxyUrl, disableCompression, execConfig } =
    cluster;
  const ca = await readAuthorities(cluster);
  return {
    server,
    ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
    ...(insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
    ...(disableCompression ? { 'disable-compression': true } : {}),
    ...(execConfig === undefined || execConfig === null ? {} : { config: execConfig }),
  };
}

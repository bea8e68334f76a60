import type { ExecCluster } from './exec-plugin.ts';
import type { KubeConfigCluster } from './kube-config-cluster.ts';
import { readAuthorities } from './kube-config-tls.ts';

/**
 * What an exec plugin is told about the cluster, as client-go tells it. Authorities that the kubeconfig has in a
 * file are handed on as data.
 * @param server the one that is really called
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

import { isIPv6, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { notConnectedCode } from '../errors/api-connection-error.ts';
import type { ApiServerConfig, ApiServerTls } from './api-server-config.ts';
import { messageOf } from '../errors/error-facts.ts';
import { openTunnel } from './proxy-tunnel.ts';

/** Makes TCP or TLS connections, as undici's pools want them. */
export type Connector = buildConnector.connector;

/**
 * Connects to the API server with the TLS material of the moment: it is asked for at each new connection,
 * so rotated certificates need no restart. Goes through a proxy where one is configured.
 * TCP keep-alive starts after 30 s, before load balancers forget us.
 */
export function apiServerConnector({
  tls,
  proxyUrl,
}: Pick<ApiServerConfig, 'tls' | 'proxyUrl'>): Connector {
  let current: { readonly key: string; readonly connector: Connector } | undefined;
  const connectorFor = (material: ApiServerTls): Connector => {
    const key = fingerprint(material);
    // Kept while nothing changes, because the connector holds the TLS sessions that make reconnecting cheap.
    if (current?.key !== key) {
      const connector = buildConnector({
        ...material,
        allowH2: false,
        timeout: 10_000,
        keepAlive: true,
        keepAliveInitialDelay: 30_000,
      });
      current = { key, connector };
    }
    return current.connector;
  };
  const connect: (...call: Parameters<Connector>) => Promise<void> = async (options, callback) => {
    let httpSocket: Socket | undefined;
    try {
      const material = await tls();
      if (proxyUrl !== undefined) httpSocket = await openTunnel(proxyUrl, targetOf(options));
      if (httpSocket === undefined || options.protocol === 'https:') {
        const { servername } = material;
        const changes = { ...(httpSocket && { httpSocket }), ...(servername && { servername }) };
        // Throws at once for a certificate or key that TLS does not take, such as a plugin's.
        connectorFor(material)({ ...options, ...changes }, callback);
        return;
      }
    } catch (error) {
      httpSocket?.destroy();
      callback(new NotConnectedError(messageOf(error), { cause: error }), null);
      return;
    }
    callback(null, httpSocket);
  };
  return (options, callback) => void connect(options, callback);
}

/** No connection was even tried: no certificates, or no way through the proxy. */
class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
  readonly code = notConnectedCode;
}

function targetOf({ hostname, port, protocol }: buildConnector.Options): string {
  const host = isIPv6(hostname) ? `[${hostname}]` : hostname;
  return `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

/** Differs where anything differs by which the server may judge us, or we the server. Holds the key: for memory only. */
export function fingerprint({
  ca,
  cert,
  key,
  servername,
  rejectUnauthorized,
}: ApiServerTls): string {
  const pems = [ca, cert, key].map((pem) => pem?.toString() ?? null);
  return JSON.stringify([...pems, servername ?? null, rejectUnauthorized]);
}

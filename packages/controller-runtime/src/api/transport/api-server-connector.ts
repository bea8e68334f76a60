import { isIPv6, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { notConnectedCode } from '../errors/api-connection-error.ts';
import type { ApiServerConfig, ApiServerTls } from './api-server-config.ts';
import { messageOf } from '../errors/error-facts.ts';
import { openTunnel } from './proxy-tunnel.ts';

/** Opens TCP or TLS connections for undici's pools. */
export type Connector = buildConnector.connector;

/**
 * Creates a connector that connects to the API server with the current TLS material. The material is read for each new
 * connection, so rotated certificates need no restart. Connects through a proxy if one is configured. TCP keep-alive
 * starts after 30 s, before load balancers drop idle connections.
 */
export function apiServerConnector({
  tls,
  proxyUrl,
}: Pick<ApiServerConfig, 'tls' | 'proxyUrl'>): Connector {
  let current: { readonly key: string; readonly connector: Connector } | undefined;
  const connectorFor = (material: ApiServerTls): Connector => {
    const key = fingerprint(material);
    // Kept until the material changes, because the connector holds the TLS sessions that make reconnecting cheap.
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
        // Throws immediately if TLS does not accept the certificate or key, for example one from a credential plugin.
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

/** The connection was not attempted: the certificates are missing, or the proxy does not connect. */
class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
  readonly code = notConnectedCode;
}

function targetOf({ hostname, port, protocol }: buildConnector.Options): string {
  const host = isIPv6(hostname) ? `[${hostname}]` : hostname;
  return `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

/**
 * Returns a fingerprint that changes with anything that affects how the server and the client authenticate each other.
 * Contains the key: keep it in memory only.
 */
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

import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { proxyAuthorization } from './proxy-authorization.ts';
import { ProxyError, proxyRefusal } from './proxy-error.ts';
import { explainTransportFailure } from './transport-failure.ts';

/** A function that makes TCP or TLS connections for undici's pools. */
export type Connector = buildConnector.connector;

/** Returns a connector that always connects to the proxy. Fails with {@link ProxyError}. */
export function proxyConnector(proxy: URL, options: buildConnector.BuildOptions): Connector {
  const connect = buildConnector(options);
  const to = {
    protocol: proxy.protocol,
    host: proxy.host,
    hostname: unbracketed(proxy.hostname),
    port: proxy.port,
  };
  return (_options, callback) =>
    connect(to, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(failureOf(proxy, error), null);
    });
}

/** Options of {@link tunnelConnector}. */
export interface TunnelOptions {
  readonly proxy: URL;
  readonly toProxy: Connector;
  /** Starts TLS with the target on an existing connection. */
  readonly startTls: Connector;
  /** Timeout of the proxy's response in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Returns a connector to `https:` targets through a proxy (CONNECT). Before TLS with the target begins, failures are
 * reported as {@link ProxyError}.
 */
export function tunnelConnector(tunnel: TunnelOptions): Connector {
  const connect = async (...[options, callback]: Parameters<Connector>): Promise<void> => {
    let httpSocket: Socket;
    try {
      httpSocket = await openTunnel(await connected(tunnel.toProxy, options), options, tunnel);
    } catch (error) {
      callback(error instanceof ProxyError ? error : failureOf(tunnel.proxy, error), null);
      return;
    }
    tunnel.startTls({ ...options, httpSocket }, callback);
  };
  return (options, callback) => void connect(options, callback);
}

async function connected(connect: Connector, options: buildConnector.Options): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  connect(options, (...[error, socket]) => {
    if (error === null) resolve(socket);
    else reject(error);
  });
  return await promise;
}

async function openTunnel(
  socket: Socket,
  { hostname, port }: buildConnector.Options,
  { proxy, timeoutMs }: TunnelOptions,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const target = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port || 443}`;
  const request = httpRequest({
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...proxyAuthorization(proxy) },
    createConnection: () => socket,
  });
  request.on('connect', ({ statusCode = 0 }) => {
    if (statusCode === 200) {
      resolve(socket);
      return;
    }
    socket.destroy();
    reject(proxyRefusal(proxy, statusCode));
  });
  // The request's own timeout option applies only to connections that the request opens itself.
  request.setTimeout(timeoutMs, () => {
    const problem = `did not answer CONNECT within ${timeoutMs} ms`;
    request.destroy(new ProxyError(proxy, problem, { retryable: true }));
  });
  request.on('error', reject);
  request.end();
  return await promise;
}

function failureOf(proxy: URL, cause: unknown): ProxyError {
  const { text, retryable } = explainTransportFailure(cause);
  return new ProxyError(proxy, text, { retryable, cause });
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

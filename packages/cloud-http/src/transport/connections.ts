import { getCACertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { Agent, buildConnector, Pool } from 'undici';
import { forwarding } from './forwarding.ts';
import { proxyConnector, tunnelConnector } from './proxy-connectors.ts';

/**
 * Returns the proxy for a URL, `http:` or `https:`, with `user:password@` if the proxy requires it; `undefined` for a
 * direct connection.
 */
export type ProxyFor = (url: URL) => URL | undefined;

/** Verification of server certificates. */
export interface TlsOptions {
  /** Root certificates in PEM format, in addition to those of the system. */
  readonly ca?: string;
  /** Whether to skip the verification of server certificates. Default false. If you set it, warn the user. */
  readonly insecureSkipVerify?: boolean;
}

/** Options of {@link createConnections}. */
export interface ConnectionOptions {
  readonly tls?: TlsOptions;
  /** Returns the proxy for an origin. Called when the first connection to the origin is opened. Default: no proxy. */
  readonly proxyFor?: ProxyFor;
  /** Maximum number of connections per host. Default 64. */
  readonly connections?: number;
  /** Timeout of the connection and the TLS handshake in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
}

/** Creates a bounded pool of persistent HTTP/1.1 connections per host. The caller must close it. */
export function createConnections(options: ConnectionOptions = {}): Agent {
  const { tls = {}, connections = 64, connectTimeoutMs = 10_000, proxyFor } = options;
  const secure = {
    allowH2: false,
    timeout: connectTimeoutMs,
    keepAlive: true,
    ...(tls.ca === undefined ? {} : { ca: [...trustedRoots(), tls.ca] }),
  };
  const connect = {
    ...secure,
    ...(tls.insecureSkipVerify === true ? { rejectUnauthorized: false } : {}),
  };
  const pool = {
    allowH2: false,
    connections,
    pipelining: 1,
    // Shorter than the timeouts of common servers and load balancers, so that a request rarely meets a connection that
    // is being closed.
    keepAliveTimeout: 15_000,
    keepAliveMaxTimeout: 30_000,
    connect,
  };
  if (proxyFor === undefined) return new Agent(pool);
  return new Agent({
    ...pool,
    factory: (origin): Dispatcher => {
      const target = new URL(origin);
      const proxy = proxyFor(target);
      if (proxy === undefined) return new Pool(origin, pool);
      // `secure`, because the proxy's own certificate is always verified.
      const toProxy = proxyConnector(proxy, secure);
      if (target.protocol === 'http:') {
        return forwarding(new Pool(origin, { ...pool, connect: toProxy }), target.origin, proxy);
      }
      const startTls = buildConnector(connect);
      const tunnel = tunnelConnector({ proxy, toProxy, startTls, timeoutMs: connectTimeoutMs });
      return new Pool(origin, { ...pool, connect: tunnel });
    },
  });
}

/** Returns the root certificates of Node.js and of the system. The `ca` option alone would replace both. */
function trustedRoots(): readonly string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

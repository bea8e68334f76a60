import { getCACertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { Agent, buildConnector, Pool } from 'undici';
import { forwarding } from './forwarding.ts';
import { proxyConnector, tunnelConnector } from './proxy-connectors.ts';

/** The proxy for requests to a URL, `http:` or `https:` and with `user:password@` where it wants that; `undefined` where they go out directly. */
export type ProxyFor = (url: URL) => URL | undefined;

/** Whom to trust. */
export interface TlsOptions {
  /** Root certificates in PEM, added to the system's. */
  readonly ca?: string;
  /** Does not verify the server's certificate at all. Default false; the caller must warn of it. */
  readonly insecureSkipVerify?: boolean;
}

/** How to connect. */
export interface ConnectionOptions {
  readonly tls?: TlsOptions;
  /** By which proxy to go to an origin; asked when the first connection to that is opened. Default: by none. */
  readonly proxyFor?: ProxyFor;
  /** Most connections to one host. Default 64. */
  readonly connections?: number;
  /** Milliseconds for the connection and the TLS handshake. Default 10 000. */
  readonly connectTimeoutMs?: number;
}

/** A bounded pool of kept-alive HTTP/1.1 connections per host. The caller closes it. */
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
    // Shorter than what servers and balancers commonly keep, so that a request seldom meets a connection that is just being closed.
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
      // `secure`, as the proxy's own certificate is always verified.
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

/** What Node trusts by default and what the system trusts: a `ca` option alone would replace both. */
function trustedRoots(): readonly string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

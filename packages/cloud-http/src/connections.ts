import { getCACertificates } from 'node:tls';
import { Agent } from 'undici';

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
  /** Most connections to one host. Default 64. */
  readonly connections?: number;
  /** Milliseconds for the connection and the TLS handshake. Default 10 000. */
  readonly connectTimeoutMs?: number;
}

/** A bounded pool of kept-alive HTTP/1.1 connections per host. The caller closes it. */
export function createConnections(options: ConnectionOptions = {}): Agent {
  const { tls = {}, connections = 64, connectTimeoutMs = 10_000 } = options;
  return new Agent({
    allowH2: false,
    connections,
    pipelining: 1,
    // Shorter than what servers and balancers commonly keep, so that a request seldom meets a connection that is just being closed.
    keepAliveTimeout: 15_000,
    keepAliveMaxTimeout: 30_000,
    connect: {
      timeout: connectTimeoutMs,
      keepAlive: true,
      ...(tls.ca === undefined ? {} : { ca: [...trustedRoots(), tls.ca] }),
      ...(tls.insecureSkipVerify === true ? { rejectUnauthorized: false } : {}),
    },
  });
}

/** What Node trusts by default and what the system trusts: a `ca` option alone would replace both. */
function trustedRoots(): readonly string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

import { Pool, type Dispatcher } from 'undici';
import type { ApiServerConfig } from './api-server-config.ts';
import { apiServerConnector } from './api-server-connector.ts';

/** The connections to one API server. */
export interface ApiPools {
  /** For calls that end: at most 16 connections. */
  readonly calls: Dispatcher;
  /** For watches: each holds a connection for minutes, and must not take one from the calls. */
  readonly watches: Dispatcher;
  close(): Promise<void>;
}

/**
 * Opens the pools. HTTP/1.1 on purpose: below 64 concurrent calls it is faster than HTTP/2, and a list of
 * megabytes does not stand in the way of a lease on the same connection.
 * Limits of time are not set here: each call has its own, on the injected clock.
 */
export function openApiPools(config: ApiServerConfig, dispatcher?: Dispatcher): ApiPools {
  if (dispatcher !== undefined) {
    // Somebody else's: closing it is theirs too.
    return { calls: dispatcher, watches: dispatcher, close: async () => undefined };
  }
  const calls = openPool(config, 16);
  const watches = openPool(config, null);
  return {
    calls,
    watches,
    close: async () => {
      await Promise.all([calls.close(), watches.destroy()]);
    },
  };
}

function openPool(config: ApiServerConfig, connections: number | null): Dispatcher {
  return new Pool(new URL(config.server).origin, {
    allowH2: false,
    connections,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 300_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: apiServerConnector(config),
  });
}

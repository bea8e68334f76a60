import { Pool, type Dispatcher } from 'undici';
import type { ApiServerConfig } from './api-server-config.ts';
import { apiServerConnector, fingerprint } from './api-server-connector.ts';

/** The connection pools for one API server. */
export interface ApiPools {
  /** For calls. */
  readonly calls: Dispatcher;
  /** For watches. Each watch holds a connection for minutes and must not take one from the calls. */
  readonly watches: Dispatcher;
  /**
   * Replaces the pools if any connection was opened with TLS material that is no longer current. Requests in flight
   * finish on the old connections. A server authenticates a client by the certificate of the connection, however old
   * the connection is.
   */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link openApiPools}. */
export interface ApiPoolsOptions {
  /** Maximum number of connections for calls. Default: 16. */
  readonly connections?: number | undefined;
  /** Used instead of pools of our own. Stays open. */
  readonly dispatcher?: Dispatcher | undefined;
}

/**
 * Opens the pools. They use HTTP/1.1: below 64 concurrent calls it is faster than HTTP/2, and a list of several
 * megabytes does not delay the renewal of a lease on the same connection. Timeouts are not set here: each call has its
 * own, on the injected clock.
 */
export function openApiPools(
  config: ApiServerConfig,
  { connections = 16, dispatcher }: ApiPoolsOptions = {},
): ApiPools {
  if (dispatcher === undefined) return new OwnPools(config, connections);
  // The caller owns this dispatcher and closes it.
  return { calls: dispatcher, watches: dispatcher, renew: nothing, close: nothing };
}

async function nothing(): Promise<void> {}

class OwnPools implements ApiPools {
  readonly #config: ApiServerConfig;
  readonly #connections: number;
  /** Pools that have been replaced and whose last watches may still run. */
  readonly #retired = new Set<OpenPools>();
  #open: OpenPools;

  constructor(config: ApiServerConfig, connections: number) {
    this.#config = config;
    this.#connections = connections;
    this.#open = openPools(config, connections);
  }

  get calls(): Dispatcher {
    return this.#open.calls;
  }

  get watches(): Dispatcher {
    return this.#open.watches;
  }

  async renew(): Promise<void> {
    const before = this.#open;
    const now = fingerprint(await this.#config.tls());
    // Other callers wait here too; the first one has renewed the pools.
    if (this.#open !== before || [...before.usedTls].every((used) => used === now)) return;
    this.#open = openPools(this.#config, this.#connections);
    // Not awaited: a watch in flight may run for minutes.
    void this.#retire(before);
  }

  async close(): Promise<void> {
    const watches = [this.#open, ...this.#retired].map((pools) => pools.watches.destroy());
    await Promise.all([this.#open.calls.close(), ...watches]);
  }

  async #retire(pools: OpenPools): Promise<void> {
    this.#retired.add(pools);
    await Promise.all([pools.calls.close(), pools.watches.close()]);
    this.#retired.delete(pools);
  }
}

interface OpenPools {
  readonly calls: Dispatcher;
  readonly watches: Dispatcher;
  /** Fingerprints of the TLS material with which the connections were opened. */
  readonly usedTls: ReadonlySet<string>;
}

function openPools(config: ApiServerConfig, connections: number): OpenPools {
  const usedTls = new Set<string>();
  const noting = {
    ...config,
    tls: async () => {
      const material = await config.tls();
      usedTls.add(fingerprint(material));
      return material;
    },
  };
  return { calls: openPool(noting, connections), watches: openPool(noting, null), usedTls };
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

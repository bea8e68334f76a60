import { Pool, type Dispatcher } from 'undici';
import type { ApiServerConfig } from './api-server-config.ts';
import { apiServerConnector, fingerprint } from './api-server-connector.ts';

/** The connections to one API server. */
export interface ApiPools {
  /** For calls that end. */
  readonly calls: Dispatcher;
  /** For watches: each holds a connection for minutes, and must not take one from the calls. */
  readonly watches: Dispatcher;
  /**
   * Where a connection was opened with certificates that are no longer ours, opens new ones for all that comes; what
   * is on its way may finish. A server judges a client by the certificate of the connection, however old that is.
   */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link openApiPools}. */
export interface ApiPoolsOptions {
  /** Connections for calls at once. Default 16. */
  readonly connections?: number | undefined;
  /** Used in place of own pools. Stays open. */
  readonly dispatcher?: Dispatcher | undefined;
}

/**
 * Opens the pools. HTTP/1.1 on purpose: below 64 concurrent calls it is faster than HTTP/2, and a list of
 * megabytes does not stand in the way of a lease on the same connection.
 * Limits of time are not set here: each call has its own, on the injected clock.
 */
export function openApiPools(
  config: ApiServerConfig,
  { connections = 16, dispatcher }: ApiPoolsOptions = {},
): ApiPools {
  if (dispatcher === undefined) return new OwnPools(config, connections);
  // Somebody else's: closing it is theirs too.
  return { calls: dispatcher, watches: dispatcher, renew: nothing, close: nothing };
}

async function nothing(): Promise<void> {}

class OwnPools implements ApiPools {
  readonly #config: ApiServerConfig;
  readonly #connections: number;
  /** Whose last watches may still go on. */
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
    // Others wait here too; the first one has renewed them.
    if (this.#open !== before || [...before.usedTls].every((used) => used === now)) return;
    this.#open = openPools(this.#config, this.#connections);
    // Not awaited: a watch that is on its way may go on for minutes.
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
  /** Fingerprints of what their connections were opened with. */
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

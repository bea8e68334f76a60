import { localSource } from './client-sources.ts';

/** A connection, as the table sees it. */
export interface TrackedConnection {
  /** The source of the connection, see `ClientSources`. */
  readonly source: string;
  /** Returns true if a request of the connection is in progress. */
  readonly isBusy: () => boolean;
  readonly close: () => void;
}

/** Maximum numbers of concurrent connections. */
export interface ConnectionCounts {
  /** Connections from all other hosts. */
  readonly maxConnections: number;
  /** Connections from one source on another host. */
  readonly maxConnectionsPerSource: number;
  /** Connections from this node. They do not count toward `maxConnections`. */
  readonly maxLocalConnections: number;
}

/**
 * The connections of a server. At a limit, the oldest connection without a finished handshake or first request
 * is closed, or else the one that has been idle for the longest time. A connection with a request in progress is
 * never closed.
 */
export class ConnectionTable<Connection extends TrackedConnection> {
  readonly #counts: ConnectionCounts;
  /** Connections that have not sent a request yet, oldest first. */
  readonly #silent = new Set<Connection>();
  /** The other connections, the one with the oldest last request first. */
  readonly #heard = new Set<Connection>();

  constructor(counts: ConnectionCounts) {
    this.#counts = counts;
  }

  *[Symbol.iterator](): Iterator<Connection> {
    yield* this.#silent;
    yield* this.#heard;
  }

  /** Adds a connection, and closes another one if the table is full. Returns false if none can be closed. */
  add(connection: Connection): boolean {
    const competes = this.#competition(connection.source);
    if (competes !== undefined) {
      const leaving = this.#leaving(competes);
      if (leaving === undefined) return false;
      this.remove(leaving);
      leaving.close();
    }
    this.#silent.add(connection);
    return true;
  }

  /** Records that the headers of a request were received. */
  hear(connection: Connection): void {
    if (this.remove(connection)) this.#heard.add(connection);
  }

  /** Returns false if the connection was removed before. */
  remove(connection: Connection): boolean {
    return this.#silent.delete(connection) || this.#heard.delete(connection);
  }

  /** Returns the connections that compete with a new one of this source, or `undefined` if the table is not full. */
  #competition(source: string): ((connection: Connection) => boolean) | undefined {
    const { maxConnections, maxConnectionsPerSource, maxLocalConnections } = this.#counts;
    const isLocal = source === localSource;
    const isSameSource = (other: Connection): boolean => other.source === source;
    const limit = isLocal ? maxLocalConnections : maxConnectionsPerSource;
    if (this.#count(isSameSource) >= limit) return isSameSource;
    if (!isLocal && this.#count(isRemote) >= maxConnections) return isRemote;
    return undefined;
  }

  #count(isCounted: (connection: Connection) => boolean): number {
    let count = 0;
    for (const connection of this) if (isCounted(connection)) count += 1;
    return count;
  }

  #leaving(competes: (connection: Connection) => boolean): Connection | undefined {
    for (const connection of this) {
      if (competes(connection) && !connection.isBusy()) return connection;
    }
    return undefined;
  }
}

function isRemote({ source }: TrackedConnection): boolean {
  return source !== localSource;
}

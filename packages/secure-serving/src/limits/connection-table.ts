import { localSource } from './client-sources.ts';

/** A connection, as far as it matters who has to go. */
export interface TrackedConnection {
  /** Where it comes from, by `ClientSources`. */
  readonly source: string;
  /** Tells whether a request on it is being worked on. */
  readonly isBusy: () => boolean;
  readonly close: () => void;
}

/** How many connections there may be at once. */
export interface ConnectionCounts {
  /** From other hosts. */
  readonly maxConnections: number;
  /** From one source on other hosts. */
  readonly maxConnectionsPerSource: number;
  /** From this node. They do not count for `maxConnections`. */
  readonly maxLocalConnections: number;
}

/**
 * The connections of a server. At a limit, the oldest one without a finished handshake or first request goes, else the
 * one that has been idle for the longest time. One whose request is being worked on stays.
 */
export class ConnectionTable<Connection extends TrackedConnection> {
  readonly #counts: ConnectionCounts;
  /** Those that have not sent a request yet, the oldest first. */
  readonly #silent = new Set<Connection>();
  /** The others, the one with the oldest request first. */
  readonly #heard = new Set<Connection>();

  constructor(counts: ConnectionCounts) {
    this.#counts = counts;
  }

  *[Symbol.iterator](): Iterator<Connection> {
    yield* this.#silent;
    yield* this.#heard;
  }

  /** Adds a connection. Closes another one if there is no room; returns false if none can go. */
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

  /** Notes that the headers of a request have come. */
  hear(connection: Connection): void {
    if (this.remove(connection)) this.#heard.add(connection);
  }

  /** Returns false if it has been removed before. */
  remove(connection: Connection): boolean {
    return this.#silent.delete(connection) || this.#heard.delete(connection);
  }

  /** Tells which connections compete with a new one of this source for room; `undefined` if there is room. */
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

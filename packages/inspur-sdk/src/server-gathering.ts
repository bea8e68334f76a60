import type { Server, ServerFilter, ServerList, ServerPage, SkippedServer } from './ecs.ts';
import { rpcPageSize } from './rpc-assumed.ts';

/**
 * Puts the pages of one list together and tells when it is whole. What stands on a page about the others is an assumed
 * fact, so that nothing is missing on its word alone.
 */
export class ServerGathering {
  readonly #servers = new Map<string, Server>();
  readonly #skipped = new Map<string, SkippedServer>();
  readonly #filter: ServerFilter;
  readonly #wanted: ReadonlySet<string> | undefined;
  #pages = 0;
  #firstCount = 0;
  #total: number | undefined;
  #isSteady = true;
  #hasEnded = false;

  constructor(filter: ServerFilter) {
    this.#filter = filter;
    this.#wanted = filter.serverIds && new Set(filter.serverIds);
  }

  /** Whether no further page is needed. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How many pages there are by the first one's word. 1 where it has none, or none to be trusted. */
  get expectedPages(): number {
    return this.#isTrueTotal() ? Math.ceil((this.#total ?? 0) / this.#firstCount) : 1;
  }

  /** Adds the next page. */
  add({ servers, skipped, total }: ServerPage): void {
    const before = this.#size;
    for (const server of servers) this.#servers.set(server.serverId, server);
    for (const entry of skipped) this.#skipped.set(entry.serverId || entry.reason, entry);
    const count = servers.length + skipped.length;
    this.#pages += 1;
    if (this.#pages === 1) this.#firstCount = count;
    // The page behind the last may say that there are none.
    if (total !== undefined && count > 0) {
      this.#isSteady &&= this.#total === undefined || this.#total === total;
      this.#total = Math.max(this.#total ?? 0, total);
    }
    this.#hasEnded = this.#size === before || this.#isWhole(count);
  }

  /** What was asked for of what was gathered. */
  list(): ServerList {
    const { name } = this.#filter;
    const isWanted = (serverId: string): boolean => this.#wanted?.has(serverId) ?? true;
    const servers = [...this.#servers.values()].filter(
      ({ serverId, serverName }) => isWanted(serverId) && (name ?? serverName) === serverName,
    );
    const skipped = [...this.#skipped.values()].filter(
      ({ serverId }) => serverId === '' || isWanted(serverId),
    );
    const addsUp = this.#hasEnded && this.#isSteady && this.#size >= (this.#total ?? 0);
    return { servers, skipped, complete: addsUp || this.#hasAllWanted(), calls: this.#pages };
  }

  get #size(): number {
    return this.#servers.size + this.#skipped.size;
  }

  #isWhole(count: number): boolean {
    if (this.#wanted !== undefined) return this.#hasAllWanted();
    if (this.#total === undefined || this.#size < this.#total) return false;
    // A full page whose total is its own size may be one of many that count only themselves.
    return count < rpcPageSize || this.#isTrueTotal();
  }

  #hasAllWanted(): boolean {
    const { serverIds } = this.#filter;
    return (
      serverIds !== undefined &&
      serverIds.every((id) => this.#servers.has(id) || this.#skipped.has(id))
    );
  }

  /** True where the total counts more than its own page. */
  #isTrueTotal(): boolean {
    return this.#firstCount > 0 && (this.#total ?? 0) > this.#firstCount;
  }
}

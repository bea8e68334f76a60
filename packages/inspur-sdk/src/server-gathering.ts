import type { Server, ServerFilter, ServerList, ServerPage, SkippedServer } from './ecs.ts';
import { PageTally } from './page-tally.ts';

/** Puts the pages of one list together and tells when it is whole. */
export class ServerGathering {
  readonly #servers = new Map<string, Server>();
  readonly #skipped = new Map<string, SkippedServer>();
  readonly #filter: ServerFilter;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #tally = new PageTally();
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
    return this.#tally.expectedPages;
  }

  /** Adds the next page. */
  add({ servers, skipped, total }: ServerPage): void {
    const before = this.#size;
    for (const server of servers) this.#servers.set(server.serverId, server);
    for (const entry of skipped) this.#skipped.set(entry.serverId || entry.reason, entry);
    this.#tally.add(servers.length + skipped.length, total);
    this.#hasEnded = this.#size === before || this.#isWhole();
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
    const addsUp = this.#hasEnded && this.#tally.isSteady && this.#size >= this.#tally.total;
    return { servers, skipped, complete: addsUp || this.#hasAllWanted(), calls: this.#tally.pages };
  }

  get #size(): number {
    return this.#servers.size + this.#skipped.size;
  }

  #isWhole(): boolean {
    return this.#wanted === undefined ? this.#tally.isWhole(this.#size) : this.#hasAllWanted();
  }

  #hasAllWanted(): boolean {
    const { serverIds } = this.#filter;
    return (
      serverIds !== undefined &&
      serverIds.every((id) => this.#servers.has(id) || this.#skipped.has(id))
    );
  }
}

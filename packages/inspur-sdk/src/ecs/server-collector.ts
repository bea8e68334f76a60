import { PageCollector } from '../list/page-collector.ts';
import type { ListPass } from '../list/read-until-complete.ts';
import type { Server, ServerFilter, ServerPage, SkippedServer } from './ecs.ts';

/** Combines the pages of one pass over a list of servers. */
export class ServerCollector implements ListPass {
  readonly #servers = new Map<string, Server>();
  readonly #skipped = new Map<string, SkippedServer>();
  readonly #filter: ServerFilter;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #collector: PageCollector;

  /** @param previous the pass before this one, if any */
  constructor(filter: ServerFilter, previous?: ServerCollector) {
    this.#filter = filter;
    this.#wanted = filter.serverIds && new Set(filter.serverIds);
    this.#collector = new PageCollector(previous && previous.#collector, {
      endsByTotal: this.#wanted === undefined,
    });
  }

  /** Whether no further page is needed. */
  get hasEnded(): boolean {
    return this.#collector.hasEnded || this.#hasAllWanted();
  }

  /** Number of pages according to the first page. 1 if the first page does not report a credible total. */
  get expectedPages(): number {
    return this.#collector.expectedPages;
  }

  get isComplete(): boolean {
    return this.#collector.isComplete || this.#hasAllWanted();
  }

  get isWorthRepeating(): boolean {
    return this.#collector.isWorthRepeating && !this.#hasAllWanted();
  }

  get pages(): number {
    return this.#collector.pages;
  }

  /** Adds the next page. */
  add({ servers, skipped, total }: ServerPage): void {
    for (const server of servers) this.#servers.set(server.serverId, server);
    for (const entry of skipped) this.#skipped.set(keyOf(entry), entry);
    this.#collector.add([...servers.map(({ serverId }) => serverId), ...skipped.map(keyOf)], total);
  }

  /** Returns the collected servers that match the filter. */
  found(): { readonly servers: readonly Server[]; readonly skipped: readonly SkippedServer[] } {
    const { name } = this.#filter;
    const isWanted = (serverId: string): boolean => this.#wanted?.has(serverId) ?? true;
    const servers = [...this.#servers.values()].filter(
      ({ serverId, serverName }) => isWanted(serverId) && (name ?? serverName) === serverName,
    );
    const skipped = [...this.#skipped.values()].filter(
      ({ serverId }) => serverId === '' || isWanted(serverId),
    );
    return { servers, skipped };
  }

  #hasAllWanted(): boolean {
    const { serverIds } = this.#filter;
    return (
      serverIds !== undefined &&
      serverIds.every((id) => this.#servers.has(id) || this.#skipped.has(id))
    );
  }
}

function keyOf({ reason, serverId }: SkippedServer): string {
  return serverId || reason;
}

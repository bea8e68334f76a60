import type { RoutePage } from './route-wire.ts';
import { rpcPageSize } from './rpc-assumed.ts';
import type { Route, RouteList, SkippedRoute } from './vpc.ts';

/**
 * Puts the pages of one table together and tells when it is whole. What stands on a page about the others is an
 * assumed fact, so that nothing is missing on its word alone.
 */
export class RouteGathering {
  readonly #routes = new Map<string, Route>();
  readonly #skipped = new Map<string, SkippedRoute>();
  readonly #routeTableId: string;
  #pages = 0;
  #firstCount = 0;
  #total: number | undefined;
  #hasEnded = false;

  constructor(routeTableId: string) {
    this.#routeTableId = routeTableId;
  }

  /** Whether no further page is needed. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Adds the next page. */
  add({ routes, skipped, total }: RoutePage): void {
    const before = this.#size;
    for (const route of routes) this.#routes.set(route.routeId, route);
    // A server that does not page shows the same entries again; two of one page are two, also where they look the same.
    const alike = Map.groupBy(
      skipped,
      ({ destination, reason, routeId }) => routeId || `${destination} ${reason}`,
    );
    for (const [name, entries] of alike) {
      for (const [index, entry] of entries.entries()) this.#skipped.set(`${index} ${name}`, entry);
    }
    const count = routes.length + skipped.length;
    this.#pages += 1;
    if (this.#pages === 1) this.#firstCount = count;
    // The page behind the last may say that there are none. Of what goes and comes meanwhile, the most counts.
    if (total !== undefined && count > 0) this.#total = Math.max(this.#total ?? 0, total);
    this.#hasEnded = this.#size === before || this.#isWhole(count);
  }

  /** What was gathered of the table. A server that does not know the filter gives the routes of all tables. */
  list(): RouteList {
    const routes = [...this.#routes.values()].filter(
      ({ routeTableId }) => routeTableId === '' || routeTableId === this.#routeTableId,
    );
    const complete = this.#hasEnded && this.#size >= (this.#total ?? 0);
    return { routes, skipped: [...this.#skipped.values()], complete, calls: this.#pages };
  }

  get #size(): number {
    return this.#routes.size + this.#skipped.size;
  }

  #isWhole(count: number): boolean {
    if (this.#total === undefined || this.#size < this.#total) return false;
    // A full page whose total is its own size may be one of many that count only themselves.
    return count < rpcPageSize || this.#total > this.#firstCount;
  }
}

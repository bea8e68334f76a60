import type { RoutePage } from './route-wire.ts';
import { PageTally } from './page-tally.ts';
import type { Route, RouteList, SkippedRoute } from './vpc.ts';

/** Puts the pages of one table together and tells when it is whole. */
export class RouteGathering {
  readonly #routes = new Map<string, Route>();
  readonly #skipped = new Map<string, SkippedRoute>();
  readonly #routeTableId: string;
  readonly #tally = new PageTally();
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
    this.#tally.add(routes.length + skipped.length, total);
    this.#hasEnded = this.#size === before || this.#tally.isWhole(this.#size);
  }

  /** What was gathered of the table. A server that does not know the filter gives the routes of all tables. */
  list(): RouteList {
    const routes = [...this.#routes.values()].filter(
      ({ routeTableId }) => routeTableId === '' || routeTableId === this.#routeTableId,
    );
    const complete = this.#hasEnded && this.#size >= this.#tally.total;
    return { routes, skipped: [...this.#skipped.values()], complete, calls: this.#tally.pages };
  }

  get #size(): number {
    return this.#routes.size + this.#skipped.size;
  }
}

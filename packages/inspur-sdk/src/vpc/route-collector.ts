import { PageCollector } from '../list/page-collector.ts';
import type { ListPass } from '../list/read-until-complete.ts';
import type { RoutePage } from './route-wire.ts';
import type { Route, SkippedRoute } from './vpc.ts';

/** Combines the pages of one pass over a route table. */
export class RouteCollector implements ListPass {
  readonly #routes = new Map<string, Route>();
  readonly #skipped = new Map<string, SkippedRoute>();
  readonly #routeTableId: string;
  readonly #collector: PageCollector;

  /** @param previous the pass before this one, if any */
  constructor(routeTableId: string, previous?: RouteCollector) {
    this.#routeTableId = routeTableId;
    this.#collector = new PageCollector(previous && previous.#collector);
  }

  /** Whether no further page is needed. */
  get hasEnded(): boolean {
    return this.#collector.hasEnded;
  }

  get isComplete(): boolean {
    return this.#collector.isComplete;
  }

  get isWorthRepeating(): boolean {
    return this.#collector.isWorthRepeating;
  }

  get pages(): number {
    return this.#collector.pages;
  }

  /** Adds the next page. */
  add({ routes, skipped, total }: RoutePage): void {
    for (const route of routes) this.#routes.set(route.routeId, route);
    const keyed = withKeys(skipped);
    for (const [key, entry] of keyed) this.#skipped.set(key, entry);
    const keys = keyed.map(([key]) => key);
    this.#collector.add([...routes.map(({ routeId }) => routeId), ...keys], total);
  }

  /** Returns the collected routes of the table. A server that ignores the filter returns the routes of all tables. */
  found(): { readonly routes: readonly Route[]; readonly skipped: readonly SkippedRoute[] } {
    const routes = [...this.#routes.values()].filter(
      ({ routeTableId }) => routeTableId === '' || routeTableId === this.#routeTableId,
    );
    return { routes, skipped: [...this.#skipped.values()] };
  }
}

/**
 * Assigns a key to each entry. A server that does not page returns the same entries again; two entries on one page are
 * distinct, even if they look the same.
 */
function withKeys(skipped: readonly SkippedRoute[]): readonly (readonly [string, SkippedRoute])[] {
  const alike = Map.groupBy(
    skipped,
    ({ destination, reason, routeId }) => routeId || `${destination} ${reason}`,
  );
  return [...alike].flatMap(([name, entries]) =>
    entries.map((entry, index) => [`${index} ${name}`, entry] as const),
  );
}

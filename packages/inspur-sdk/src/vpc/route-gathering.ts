import { PageGathering } from '../list/page-gathering.ts';
import type { RoutePage } from './route-wire.ts';
import type { Route, SkippedRoute } from './vpc.ts';
import type { ListPass } from '../list/whole-list.ts';

/** Puts the pages of one pass over a route table together. */
export class RouteGathering implements ListPass {
  readonly #routes = new Map<string, Route>();
  readonly #skipped = new Map<string, SkippedRoute>();
  readonly #routeTableId: string;
  readonly #gathered: PageGathering;

  /** `previous` is the pass before this one, if there is one. */
  constructor(routeTableId: string, previous?: RouteGathering) {
    this.#routeTableId = routeTableId;
    this.#gathered = new PageGathering(previous && previous.#gathered);
  }

  /** Whether no further page is needed. */
  get hasEnded(): boolean {
    return this.#gathered.hasEnded;
  }

  get isWhole(): boolean {
    return this.#gathered.isWhole;
  }

  get isWorthAnother(): boolean {
    return this.#gathered.isWorthAnother;
  }

  get pages(): number {
    return this.#gathered.pages;
  }

  /** Adds the next page. */
  add({ routes, skipped, total }: RoutePage): void {
    for (const route of routes) this.#routes.set(route.routeId, route);
    const keyed = withKeys(skipped);
    for (const [key, entry] of keyed) this.#skipped.set(key, entry);
    const keys = keyed.map(([key]) => key);
    this.#gathered.add([...routes.map(({ routeId }) => routeId), ...keys], total);
  }

  /** What was gathered of the table. A server that does not know the filter gives the routes of all tables. */
  found(): { readonly routes: readonly Route[]; readonly skipped: readonly SkippedRoute[] } {
    const routes = [...this.#routes.values()].filter(
      ({ routeTableId }) => routeTableId === '' || routeTableId === this.#routeTableId,
    );
    return { routes, skipped: [...this.#skipped.values()] };
  }
}

/** A server that does not page shows the same entries again; two of one page are two, also if they look the same. */
function withKeys(skipped: readonly SkippedRoute[]): readonly (readonly [string, SkippedRoute])[] {
  const alike = Map.groupBy(
    skipped,
    ({ destination, reason, routeId }) => routeId || `${destination} ${reason}`,
  );
  return [...alike].flatMap(([name, entries]) =>
    entries.map((entry, index) => [`${index} ${name}`, entry] as const),
  );
}

import { canonicalCidr } from '@k8s-ccm/foundation';
import type { Route, SkippedRoute } from '@k8s-ccm/inspur-sdk';

/** A route table as one look shows it. */
export class TableView {
  readonly routes: readonly Route[];
  readonly #unreadable: readonly SkippedRoute[];
  readonly #byId: ReadonlyMap<string, Route>;
  readonly #byDestination: ReadonlyMap<string, readonly Route[]>;

  constructor(routes: readonly Route[], unreadable: readonly SkippedRoute[]) {
    this.routes = routes;
    this.#unreadable = unreadable;
    this.#byId = new Map(routes.map((route) => [route.routeId, route]));
    this.#byDestination = Map.groupBy(routes, ({ destination }) => canonicalCidr(destination));
  }

  /** The route of an id. */
  get(routeId: string): Route | undefined {
    return this.#byId.get(routeId);
  }

  /** The routes to a destination, however it is written. */
  to(destination: string): readonly Route[] {
    return this.#byDestination.get(canonicalCidr(destination)) ?? [];
  }

  /** An entry that cannot be read and may lead to this destination. */
  mayHide(destination: string): SkippedRoute | undefined {
    const key = canonicalCidr(destination);
    return this.#unreadable.find(
      (entry) => entry.destination === '' || canonicalCidr(entry.destination) === key,
    );
  }

  /** An entry that cannot be read and may be the route of this id. */
  mayBe(routeId: string): SkippedRoute | undefined {
    return this.#unreadable.find((entry) => entry.routeId === '' || entry.routeId === routeId);
  }
}

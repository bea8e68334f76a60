import type { Route as ListedRoute } from '@k8s-ccm/cloud-provider';

/** Remembers the routes of this cluster by their IDs, so that they are known as ours after their Nodes are gone. */
export class OwnRoutes {
  #proven: ReadonlySet<string> = new Set();
  /** Routes that this process has made and that no look has shown yet. */
  readonly #made = new Set<string>();

  has(routeId: string): boolean {
    return this.#proven.has(routeId) || this.#made.has(routeId);
  }

  /** This process has made the route. */
  made(routeId: string): void {
    this.#made.add(routeId);
  }

  /** A look shows these routes: those that are proven to be ours are remembered, all others are forgotten. */
  looked(routes: readonly Pick<ListedRoute, 'name' | 'ownership'>[]): void {
    this.#proven = new Set(
      routes.filter(({ ownership }) => ownership === 'proven').map(({ name }) => name),
    );
    for (const { name } of routes) this.#made.delete(name);
  }
}

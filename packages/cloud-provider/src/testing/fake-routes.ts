import type { Route, RouteCallOptions, Routes } from '../routes.ts';
import type { Perform } from './perform.ts';

/** A route table in memory. */
export class FakeRoutes implements Routes {
  readonly #perform: Perform;
  readonly #routes = new Map<string, Route>();

  constructor(perform: Perform) {
    this.#perform = perform;
  }

  /** Puts a route there without a call, as if it had been made before. */
  seed(route: Route): void {
    this.#routes.set(route.name, route);
  }

  /** Takes a route away without a call, by its name. */
  remove(name: string): void {
    this.#routes.delete(name);
  }

  /** The routes that exist now. */
  get all(): readonly Route[] {
    return [...this.#routes.values()];
  }

  list(clusterName: string, { signal, nodes }: RouteCallOptions): Promise<readonly Route[]> {
    return this.#perform('list-routes', { signal, clusterName, nodes }, () => this.all);
  }

  create(
    clusterName: string,
    nameHint: string,
    route: Route,
    { signal, nodes }: RouteCallOptions,
  ): Promise<void> {
    const given = { signal, clusterName, nameHint, route, nodes, nodeName: route.targetNode };
    return this.#perform('create-route', given, () => {
      // A Node may have several pod CIDRs, so the hint alone is no name.
      const name = `${clusterName}-${nameHint}-${route.destinationCIDR}`;
      this.#routes.set(name, { ...route, name });
    });
  }

  delete(clusterName: string, route: Route, { signal, nodes }: RouteCallOptions): Promise<void> {
    const given = { signal, clusterName, route, nodes, nodeName: route.targetNode };
    return this.#perform('delete-route', given, () => {
      this.#routes.delete(route.name);
    });
  }
}

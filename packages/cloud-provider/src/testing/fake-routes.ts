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

  list(clusterName: string, { signal }: RouteCallOptions): Promise<readonly Route[]> {
    return this.#perform('list-routes', { signal, clusterName }, () => [...this.#routes.values()]);
  }

  create(
    clusterName: string,
    nameHint: string,
    route: Route,
    { signal }: RouteCallOptions,
  ): Promise<void> {
    return this.#perform('create-route', { signal, clusterName, nameHint, route }, () => {
      // A Node may have several pod CIDRs, so the hint alone is no name.
      const name = `${clusterName}-${nameHint}-${route.destinationCIDR}`;
      this.#routes.set(name, { ...route, name });
    });
  }

  delete(clusterName: string, route: Route, { signal }: RouteCallOptions): Promise<void> {
    return this.#perform('delete-route', { signal, clusterName, route }, () => {
      this.#routes.delete(route.name);
    });
  }
}

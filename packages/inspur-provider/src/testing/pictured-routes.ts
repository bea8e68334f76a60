import { buildRoute, cidrOf, strangeRoutes } from './route-fixtures.ts';

/** The route of `node-1` as an earlier process made it. */
export const ourRoute = buildRoute({
  routeId: 'o-1',
  nextHopId: 'i-1',
  description: 'k8s-ccm/kubernetes/node-1',
});

/** What `RouteCloud.picture` shows of a route that was just made. */
export function newRoute(n: number, serverId = `i-${n}`): string {
  return `new ${cidrOf(n)} -> ${serverId} k8s-ccm/kubernetes/node-${n}`;
}

/** What `RouteCloud.picture` shows where there are these routes and those of others. */
export function withStrangers(...own: readonly string[]): readonly string[] {
  const strangers = strangeRoutes.map(
    ({ description, destination, nextHopId, routeId }) =>
      `${routeId} ${destination} -> ${nextHopId} ${description}`,
  );
  return [...own, ...strangers].toSorted();
}

/** What a call was rejected with; `undefined` where it was not. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

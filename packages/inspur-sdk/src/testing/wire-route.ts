import type { RouteSpec } from '../vpc/vpc.ts';
import { envelope } from './wire-server.ts';

/** Spec of a route. */
export const routeSpec: RouteSpec = {
  routeTableId: 'rtb-1',
  destination: '10.1.1.0/24',
  nextHopId: 'i-1',
  description: 'made by a test',
};

/** The route of {@link routeSpec} in the wire format. */
export const wireRoute = { ...routeSpec, routeId: 'route-1', nextHopType: 'ECS' };

/** Returns `count` routes in the wire format, starting with `route-<first>`. */
export function wireRoutes(count: number, first = 1): readonly (typeof wireRoute)[] {
  return Array.from({ length: count }, (_, index) => ({
    ...wireRoute,
    routeId: `route-${first + index}`,
    destination: `10.${(first + index) >> 8}.${(first + index) & 255}.0/24`,
  }));
}

/** Returns a response to ListRoutes. If `total` is `null`, it is omitted. */
export function routePage(routes: readonly unknown[], total: number | null = routes.length) {
  return { body: envelope(total === null ? { routes } : { total, routes }) };
}

import type { Route, RouteSpec, SkippedRoute } from '@k8s-ccm/inspur-sdk';

import { leadsToServer } from './listed-routes.ts';
import type { TableView } from './table-view.ts';

/** What is to be done about a route that is wanted. */
export type RoutePlan =
  | { readonly kind: 'add' }
  /** A route to the destination leads to the server already, whoever made it. */
  | { readonly kind: 'done'; readonly route: Route }
  /** A route to the destination leads elsewhere. */
  | { readonly kind: 'taken'; readonly by: Route }
  /** What cannot be read may be a route to the destination. */
  | { readonly kind: 'doubt'; readonly entry: SkippedRoute };

/** Works out what to do. Pure: no call is made, and nothing that is there is ever changed. */
export function planRoute(
  { destination, nextHopId }: Pick<RouteSpec, 'destination' | 'nextHopId'>,
  table: TableView,
): RoutePlan {
  const present = table.to(destination);
  const route = present.find((one) => leadsToServer(one) && one.nextHopId === nextHopId);
  if (route !== undefined) return { kind: 'done', route };
  const [by] = present;
  if (by !== undefined) return { kind: 'taken', by };
  const entry = table.mayHide(destination);
  return entry === undefined ? { kind: 'add' } : { kind: 'doubt', entry };
}

export { parseClusterCidrs } from './cluster-cidrs.ts';
export { nodeRouteController } from './node-route-controller.ts';
export type { RouteControllerContext } from './node-route-controller.ts';
export { planRoutes } from './plan-routes.ts';
export type { BlockedRoute, NodePlan, RouteFacts, RoutePlan } from './plan-routes.ts';
export { RouteController } from './route-controller.ts';
export type { RouteControllerOptions } from './route-controller.ts';
export { RouteSyncError } from './route-sync-error.ts';

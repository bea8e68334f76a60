import { RouteDoubtError } from '@k8s-ccm/cloud-provider';
import type { RouteSpec, SkippedRoute } from '@k8s-ccm/inspur-sdk';

import { describeRoute, RouteConflictError } from './route-errors.ts';
import { isMarkOf } from './route-mark.ts';
import type { RoutePlan } from './route-plan.ts';

/** What is wanted, and for which cluster. */
export interface WantedRoute {
  readonly clusterName: string;
  readonly spec: RouteSpec;
}

/** Why a plan cannot be carried out, in words for the person who can help; `undefined` where it can. */
export function refusalOf(
  plan: Exclude<RoutePlan, { kind: 'done' }>,
  { clusterName, spec: { destination, nextHopId, routeTableId } }: WantedRoute,
  cause?: unknown,
): Error | undefined {
  if (plan.kind === 'add') return undefined;
  if (plan.kind === 'doubt') {
    return unreadableRoute(routeTableId, `a route to ${destination}`, plan.entry);
  }
  const { by } = plan;
  const advice = isMarkOf(by.description, clusterName)
    ? 'made for this cluster or another one with the same --cluster-name; the controller replaces it if it was made for this cluster, else delete it or give each cluster its own --cluster-name'
    : `not made by this controller for cluster "${clusterName}", and left alone; delete it, or let it lead to server "${nextHopId}"`;
  return new RouteConflictError(
    `route table "${routeTableId}" has another route to ${destination}: ${describeRoute(by)}, ${advice}`,
    by,
    { cause },
  );
}

/** The doubt that an entry of a table leaves which cannot be read. */
export function unreadableRoute(
  routeTableId: string,
  target: string,
  { routeId, reason }: SkippedRoute,
): RouteDoubtError {
  return new RouteDoubtError(
    `route table "${routeTableId}" may have ${target}: its entry "${routeId}" cannot be read (${reason}). The controller retries automatically. If this persists, correct or delete that entry.`,
  );
}

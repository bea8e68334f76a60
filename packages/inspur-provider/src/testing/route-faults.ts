import { VpcErrorCode } from '@k8s-ccm/inspur-sdk';

import type { CloudFault } from './cloud-faults.ts';
import { mutations, refusals, wireFaults } from './cloud-faults.ts';

/** The operations that the provider calls for routes. */
export const routeOperations = ['ListRoutes', 'AddRoute', 'DeleteRoute', 'ListServers'] as const;

/** One of {@link routeOperations}. */
export type RouteOperation = (typeof routeOperations)[number];

const routeFields = {
  routeId: 7,
  routeTableId: 7,
  destination: 7,
  nextHopType: 7,
  nextHopId: 7,
  description: 7,
};

const answerFields: Readonly<Record<RouteOperation, readonly CloudFault[]>> = {
  ListRoutes: mutations('Data.routes.*.', routeFields),
  AddRoute: mutations('Data.', { routeId: 7 }),
  DeleteRoute: mutations('Data.', { routeId: 7 }),
  ListServers: [],
};

/** All that can happen to an operation, its answer's fields included. */
export function routeFaultsOf(operation: RouteOperation): readonly CloudFault[] {
  return [...wireFaults, ...refusals(VpcErrorCode), ...answerFields[operation]];
}

import type { Routes } from '@k8s-ccm/cloud-provider';

import type { InspurConfig } from '../cloud-config.ts';
import { InspurRoutes } from './inspur-routes.ts';
import type { InspurRoutesOptions } from './inspur-routes.ts';

/** The part of the provider that keeps routes; none where no table is configured, which is told in the log. */
export function createRoutes({
  config,
  ...options
}: Omit<InspurRoutesOptions, 'routeTableId'> & {
  readonly config: Pick<InspurConfig, 'network'>;
}): { readonly routes?: Routes } {
  const { routeTableId } = config.network;
  if (routeTableId !== undefined) {
    return { routes: new InspurRoutes({ ...options, routeTableId }) };
  }
  options.log.info(
    'no routes to pods are made: network.routeTableId is not set in the cloud-config; set it to the route table of the nodes where the network of the pods needs routes',
  );
  return {};
}

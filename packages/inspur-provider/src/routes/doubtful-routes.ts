import type { Logger, Route as ListedRoute } from '@k8s-ccm/cloud-provider';

/** Most routes that are named in one line of the log. */
const mostNamed = 5;

/** Options of `DoubtfulRoutes`. */
export interface DoubtfulRoutesOptions {
  readonly routeTableId: string;
  readonly log: Logger;
}

/** Warns once of routes that another cluster with the default name may have made. */
export class DoubtfulRoutes {
  readonly #options: DoubtfulRoutesOptions;
  #isTold = false;

  constructor(options: DoubtfulRoutesOptions) {
    this.#options = options;
  }

  /** `routes`: those of the last look whose servers exist. */
  looked(clusterName: string, routes: readonly ListedRoute[]): void {
    const wasTold = this.#isTold;
    this.#isTold = routes.length > 0;
    if (wasTold || routes.length === 0) return;
    const { log, routeTableId } = this.#options;
    log.warn(
      'routes with the default cluster name lead to servers that are not nodes of this cluster, and are left alone: another cluster with the default name may use this route table. Give each cluster its own --cluster-name. If no other cluster uses these routes, delete them',
      {
        routeTableId,
        clusterName,
        count: routes.length,
        routes: routes
          .slice(0, mostNamed)
          .map(
            ({ description, destinationCIDR, name }) =>
              `${destinationCIDR} by ${description ?? name}`,
          ),
      },
    );
  }
}

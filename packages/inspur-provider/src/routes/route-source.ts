import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Route, SkippedRoute, VpcClient } from '@k8s-ccm/inspur-sdk';
import type { InstanceCallOptions, InstanceListing, InstanceSource } from '@k8s-ccm/provider-kit';

import { Once } from '../once.ts';

/** What stands in a table: a route, or an entry that cannot be read. */
export type TableEntry =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'unreadable'; readonly entry: SkippedRoute };

/** A route table as a directory reads it. An entry that cannot be read is told in the log, once per reason. */
export class RouteSource implements InstanceSource<TableEntry> {
  readonly #vpc: Pick<VpcClient, 'listRoutes'>;
  readonly #routeTableId: string;
  readonly #log: Logger;
  readonly #told = new Once();

  constructor(vpc: Pick<VpcClient, 'listRoutes'>, routeTableId: string, log: Logger) {
    this.#vpc = vpc;
    this.#routeTableId = routeTableId;
    this.#log = log;
  }

  idOf(item: TableEntry): string {
    if (item.kind === 'route') return item.route.routeId;
    const { destination, reason, routeId } = item.entry;
    return `${routeId} ${destination} ${reason}`;
  }

  /** The cloud finds no routes by id. */
  listByIds(
    _ids: readonly string[],
    options: InstanceCallOptions,
  ): Promise<InstanceListing<TableEntry>> {
    return this.listAll(options);
  }

  async listAll({ signal }: InstanceCallOptions): Promise<InstanceListing<TableEntry>> {
    const routeTableId = this.#routeTableId;
    const list = await this.#vpc.listRoutes({ routeTableId }, { signal, lane: 'load-balancer' });
    for (const entry of list.skipped) this.#tell(entry);
    return {
      items: [
        ...list.routes.map((route): TableEntry => ({ kind: 'route', route })),
        ...list.skipped.map((entry): TableEntry => ({ kind: 'unreadable', entry })),
      ],
      complete: list.complete,
      calls: list.calls,
    };
  }

  #tell({ destination, reason, routeId }: SkippedRoute): void {
    if (!this.#told.isNew(`${routeId} ${destination} ${reason}`)) return;
    this.#log.warn('a route is skipped: the answer of the cloud cannot be read', {
      routeTableId: this.#routeTableId,
      routeId,
      destination,
      reason,
    });
  }
}

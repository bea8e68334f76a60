import { RouteDoubtError } from '@k8s-ccm/cloud-provider';
import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Clock, VpcClient } from '@k8s-ccm/inspur-sdk';
import { InstanceDirectory } from '@k8s-ccm/provider-kit';
import type { InstanceSnapshot } from '@k8s-ccm/provider-kit';

import { RouteSource } from './route-source.ts';
import type { TableEntry } from './route-source.ts';
import { TableView } from './table-view.ts';

/** Looks in a row whose pages do not add up, because the table changes meanwhile, before it is given up. */
const mostLooks = 3;

/** What a {@link RouteTable} works with. */
export interface RouteTableOptions {
  readonly vpc: Pick<VpcClient, 'listRoutes'>;
  readonly routeTableId: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends all looks. */
  readonly signal: AbortSignal;
}

/** Looks at a route table. Those who ask at the same moment share one look, which began after they asked. */
export class RouteTable {
  readonly #routeTableId: string;
  readonly #directory: InstanceDirectory<TableEntry>;
  readonly #removals = new Set<Promise<void>>();
  readonly #views = new WeakMap<InstanceSnapshot<TableEntry>, TableView>();

  constructor({ clock, log, routeTableId, signal, vpc }: RouteTableOptions) {
    this.#routeTableId = routeTableId;
    const source = new RouteSource(vpc, routeTableId, log);
    this.#directory = new InstanceDirectory({ source, clock, signal });
  }

  /** Takes a route out of the table by `work`. Gives and throws what that does. */
  async remove(work: () => Promise<void>): Promise<void> {
    const removal = work();
    this.#removals.add(removal);
    try {
      await removal;
    } finally {
      this.#removals.delete(removal);
    }
  }

  /**
   * The whole table as it is now.
   *
   * @throws RouteDoubtError where its pages do not add up
   * @throws CloudError where the call failed
   */
  async look(signal: AbortSignal): Promise<TableView> {
    for (let look = 1; look <= mostLooks; look += 1) {
      // What goes while pages are read shifts the rest: many deletions would make every look fail.
      await Promise.allSettled(this.#removals);
      const { items, snapshot } = await this.#directory.search(all, { signal });
      if (snapshot.complete) return this.#viewOf(items, snapshot);
    }
    throw new RouteDoubtError(
      `the pages of the route table "${this.#routeTableId}" do not add up. The controller retries automatically.`,
    );
  }

  #viewOf(items: readonly TableEntry[], snapshot: InstanceSnapshot<TableEntry>): TableView {
    const known = this.#views.get(snapshot);
    if (known !== undefined) return known;
    const view = new TableView(
      items.flatMap((item) => (item.kind === 'route' ? [item.route] : [])),
      items.flatMap((item) => (item.kind === 'unreadable' ? [item.entry] : [])),
    );
    this.#views.set(snapshot, view);
    return view;
  }
}

function all(snapshot: InstanceSnapshot<TableEntry>): readonly TableEntry[] {
  return snapshot.find(oneKey, '');
}

function oneKey(): readonly string[] {
  return [''];
}

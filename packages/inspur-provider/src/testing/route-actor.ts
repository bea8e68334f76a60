import { errorText } from '@k8s-ccm/cloud-provider';
import { canonicalCidr } from '@k8s-ccm/foundation';
import type { Node, Route as ListedRoute, RouteCallOptions, Routes } from '@k8s-ccm/cloud-provider';

import { clusterName } from './route-fixtures.ts';

/** Plays the route controller's part: looks, deletes what is wrong, then makes what is missing. */
export class RouteActor {
  nodes: readonly Node[];

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
  }

  /** One run; the texts of what failed. */
  async run(routes: Routes): Promise<readonly string[]> {
    const options = { nodes: this.nodes, signal: new AbortController().signal };
    try {
      const listed = await routes.list(clusterName, options);
      const failed = await this.#deleteWrong(routes, listed, options);
      // Where one could not be deleted, none is made.
      if (failed.length > 0) return failed;
      return await this.#makeMissing(routes, listed, options);
    } catch (error) {
      return [errorText(error)];
    }
  }

  async #deleteWrong(
    routes: Routes,
    listed: readonly ListedRoute[],
    options: RouteCallOptions,
  ): Promise<readonly string[]> {
    const wanted = new Set(this.#wanted().map(keyOf));
    const wrong = listed.filter(
      (route) =>
        route.foreign !== true && route.ownership !== 'doubtful' && !wanted.has(keyOf(route)),
    );
    return failures(wrong.map((route) => routes.delete(clusterName, route, options)));
  }

  async #makeMissing(
    routes: Routes,
    listed: readonly ListedRoute[],
    options: RouteCallOptions,
  ): Promise<readonly string[]> {
    const present = new Set(listed.map(keyOf));
    const missing = this.#wanted().filter((route) => !present.has(keyOf(route)));
    return failures(missing.map((route) => routes.create(clusterName, '', route, options)));
  }

  #wanted(): readonly ListedRoute[] {
    return this.nodes.flatMap(({ metadata, spec }) =>
      (spec?.podCIDRs ?? []).map((destinationCIDR) => ({
        name: '',
        targetNode: metadata?.name ?? '',
        destinationCIDR,
      })),
    );
  }
}

async function failures(work: readonly Promise<void>[]): Promise<readonly string[]> {
  const results = await Promise.allSettled(work);
  return results.flatMap((result) =>
    result.status === 'rejected' ? [errorText(result.reason)] : [],
  );
}

function keyOf({ destinationCIDR, targetNode }: ListedRoute): string {
  return `${targetNode} ${canonicalCidr(destinationCIDR)}`;
}

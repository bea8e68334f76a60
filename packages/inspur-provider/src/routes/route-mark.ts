import { createHash } from 'node:crypto';

import { maxRouteDescriptionLength } from '@k8s-ccm/inspur-sdk';

/** What the description of every route of ours begins with. */
const prefix = 'k8s-ccm';

/** Most characters of a cluster's name in a mark. */
const longestCluster = 63;

/** Most characters of a Node's name in a mark. */
const longestNode = maxRouteDescriptionLength - prefix.length - longestCluster - 2;

/**
 * The description of a route that was made for a Node of a cluster: `k8s-ccm/<cluster>/<node>`. It is all that says whose
 * a route is. A name that is too long, or has other characters than letters, digits, `.`, `_` and `-`, is cut down to
 * those and ends in `~` and a hash, so that no two names are the same.
 */
export function routeMark(clusterName: string, nodeName: string): string {
  return `${clusterMark(clusterName)}${plain(nodeName, longestNode)}`;
}

/** True where a route's description is exactly such a mark of this cluster. */
export function isMarkOf(description: string, clusterName: string): boolean {
  const mark = clusterMark(clusterName);
  return description.startsWith(mark) && /^[\w.~-]+$/.test(description.slice(mark.length));
}

function clusterMark(clusterName: string): string {
  return `${prefix}/${plain(clusterName, longestCluster)}/`;
}

function plain(name: string, most: number): string {
  if (name.length <= most && /^[\w.-]+$/.test(name)) return name;
  const tail = `~${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return `${name.replaceAll(/[^\w.-]/g, '').slice(0, most - tail.length)}${tail}`;
}

import { NetworkUnavailableCondition, RouteCondition } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

/** Whether routes lead to a Node; `unknown`: they may. */
export type Reachability = 'yes' | 'no' | 'unknown';

/**
 * Body for `PATCH nodes/<name>/status` as a strategic merge patch that shows whether routes lead to
 * the Node (contract.md#route-condition); `undefined` where its condition has the status and the reason already.
 * What is unknown takes no reachability away, as the scheduler would avoid the Node at once, and gives none.
 * Carries the UID: the API server refuses it for another Node that was created under the same name.
 *
 * @param nowMs epoch milliseconds
 */
export function networkUnavailablePatch(
  node: Node,
  reachable: Reachability,
  nowMs: number,
): object | undefined {
  const isReachable = reachable === 'yes';
  const { reason, message } = isReachable ? RouteCondition.Created : RouteCondition.NotCreated;
  const status = isReachable ? 'False' : 'True';
  const current = node.status?.conditions?.find(({ type }) => type === NetworkUnavailableCondition);
  if (reachable === 'unknown' && current?.status === 'False') return undefined;
  if (current?.status === status && current.reason === reason) return undefined;
  const time = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  return {
    metadata: { uid: node.metadata?.uid },
    status: {
      conditions: [
        {
          type: NetworkUnavailableCondition,
          status,
          reason,
          message,
          lastHeartbeatTime: time,
          lastTransitionTime: time,
        },
      ],
    },
  };
}

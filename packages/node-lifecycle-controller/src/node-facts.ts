import { KeepNodeAnnotation, parseGoBool } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

/** Whether the Node's condition Ready is True; a missing one is Unknown, the heartbeat's age does not count (contract.md#node-lifecycle-decision). */
export function isReady(node: Node): boolean {
  return node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}

/**
 * Whether a user keeps the Node by the annotation {@link KeepNodeAnnotation}. Any value that Go does
 * not read as false counts: a slip of the hand must not cost a Node.
 */
export function isKeptByUser(node: Node): boolean {
  const value = node.metadata?.annotations?.[KeepNodeAnnotation];
  return value !== undefined && parseGoBool(value) !== false;
}

/**
 * The moment by which the Node surely existed, in epoch milliseconds: the API server tells whole
 * seconds, cut off. `undefined` where the Node does not say.
 */
export function createdBy(node: Node): number | undefined {
  const created = Date.parse(node.metadata?.creationTimestamp ?? '');
  return Number.isNaN(created) ? undefined : created + 1000;
}

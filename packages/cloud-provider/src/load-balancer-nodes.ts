import { parseGoBool } from '@k8s-ccm/foundation';
import type { Node } from './kubernetes-types.ts';
import { ExcludeFromLoadBalancersLabel, ToBeDeletedByAutoscalerTaintKey } from './well-known.ts';

/**
 * Whether a Node may receive traffic of load balancers: not being deleted, not excluded by label,
 * not about to be removed by cluster-autoscaler. Readiness, cordon, providerID and the
 * uninitialized taint do not matter (contract.md#service-nodes).
 */
export function isNodeEligibleForLoadBalancer(node: Node): boolean {
  return (
    !node.metadata?.deletionTimestamp &&
    !isExcludedByLabel(node) &&
    !(node.spec?.taints ?? []).some(({ key }) => key === ToBeDeletedByAutoscalerTaintKey)
  );
}

/**
 * Whether a Node's change concerns load balancers: it is excluded by label now and was not, or the
 * other way round, or got another providerID. No other change does (contract.md#service-nodes).
 */
export function shouldSyncUpdatedNode(old: Node, current: Node): boolean {
  return isExcludedByLabel(old) !== isExcludedByLabel(current) || idOf(old) !== idOf(current);
}

/** Whether two sets of Nodes are the same hosts: the same names, each with the same providerID, in any order. */
export function sameNodeSet(one: readonly Node[], other: readonly Node[]): boolean {
  if (one.length !== other.length) return false;
  const ids = new Map(one.map((node) => [node.metadata?.name, idOf(node)]));
  return other.every((node) => ids.get(node.metadata?.name) === idOf(node));
}

/** The label alone excludes; only a value that Go reads as false does not. */
function isExcludedByLabel(node: Node): boolean {
  const value = node.metadata?.labels?.[ExcludeFromLoadBalancersLabel];
  return value !== undefined && parseGoBool(value) !== false;
}

function idOf(node: Node): string {
  return node.spec?.providerID ?? '';
}

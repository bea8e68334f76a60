import { hasUninitializedTaint } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

/**
 * Whether an update of a Node may need other routes: its pod CIDRs, its addresses (their order counts), its provider ID
 * or its initialization has changed, or it is a resync (contract.md#route-triggers). Upstream ignores the last two changes, and a
 * Node that is initialized late would wait for its route.
 */
export function mayChangeRoutes(old: Node, node: Node): boolean {
  return (
    old.metadata?.resourceVersion === node.metadata?.resourceVersion ||
    old.spec?.providerID !== node.spec?.providerID ||
    hasUninitializedTaint(old) !== hasUninitializedTaint(node) ||
    !sameLines(old.spec?.podCIDRs, node.spec?.podCIDRs) ||
    !sameLines(addressLines(old), addressLines(node))
  );
}

function addressLines({ status }: Node): readonly string[] {
  return (status?.addresses ?? []).map(({ type, address }) => `${type} ${address}`);
}

function sameLines(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}

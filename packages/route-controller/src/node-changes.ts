import type { Node } from '@k8s-ccm/cloud-provider';

/**
 * Whether an update of a Node may ask for other routes: its pod CIDRs, its addresses (their order
 * counts) or the server behind it have changed, or it is a resync (contract §5.2). Upstream does not
 * look at the server; a Node that gets its provider id late would wait for its route.
 */
export function mayChangeRoutes(old: Node, node: Node): boolean {
  return (
    old.metadata?.resourceVersion === node.metadata?.resourceVersion ||
    old.spec?.providerID !== node.spec?.providerID ||
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

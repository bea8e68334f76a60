import {
  UninitializedTaintKey,
  initialNodeLabels,
  reconciledNodeLabels,
  withoutTaintKey,
} from '@k8s-ccm/cloud-provider';
import type { InstanceMetadata, Labels, Node, NodeAddress } from '@k8s-ccm/cloud-provider';

/*
 * Bodies as JSON merge patches: a list replaces a list, so that two addresses of one type survive.
 * Each carries the UID: the API server refuses it for another Node that was created under the same
 * name meanwhile.
 */

/**
 * All that initialization writes on the Node itself: its provider id where it has none, labels, and
 * its taints without the uninitialized one (contract.md#node-initialization, steps 5 to 7). The taints go as a whole
 * list, hence the resource version. `undefined` where the Node has it all.
 */
export function initializationPatch(node: Node, metadata: InstanceMetadata): object | undefined {
  const present = node.metadata?.labels;
  const labels = missing(present, initialNodeLabels(present, metadata));
  const providerID = node.spec?.providerID ? undefined : metadata.providerID || undefined;
  const taints = withoutTaintKey(node.spec?.taints ?? [], UninitializedTaintKey);
  if (labels === undefined && providerID === undefined && taints === undefined) return undefined;
  const { uid, resourceVersion } = node.metadata ?? {};
  return {
    metadata: { uid, resourceVersion, ...(labels === undefined ? {} : { labels }) },
    spec: {
      ...(providerID === undefined ? {} : { providerID }),
      ...(taints === undefined ? {} : { taints: taints.length === 0 ? null : taints }),
    },
  };
}

/**
 * Replaces `status.addresses`. Without a resource version: kubelet writes the same object all the
 * time, and neither must refuse the other.
 */
export function addressesPatch(node: Node, addresses: readonly NodeAddress[]): object {
  return { metadata: { uid: node.metadata?.uid }, status: { addresses } };
}

/** Makes the newer label names follow the older ones (contract.md#node-labels); `undefined` where they do. */
export function labelsPatch(node: Node): object | undefined {
  const labels = reconciledNodeLabels(node.metadata?.labels);
  if (Object.keys(labels).length === 0) return undefined;
  return { metadata: { uid: node.metadata?.uid, labels } };
}

function missing(present: Labels | undefined, wanted: Labels): Labels | undefined {
  const different = Object.entries(wanted).filter(
    ([key, value]) => !Object.hasOwn(present ?? {}, key) || present?.[key] !== value,
  );
  return different.length === 0 ? undefined : Object.fromEntries(different);
}

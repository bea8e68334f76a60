import type { Node } from '@k8s-ccm/cloud-provider';
import { trimMetadata } from './trim-metadata.ts';

/**
 * A Node for a cache: metadata (without `managedFields` and kubectl's copy), spec, `status.addresses` and
 * `status.conditions`. The rest (images, volumes, capacity, …) is about nine tenths of it.
 * Never write the result back with `update`: patch.
 */
export function trimNode(node: Node): Node {
  const { addresses, conditions } = node.status ?? {};
  return {
    ...(node.apiVersion === undefined ? {} : { apiVersion: node.apiVersion }),
    ...(node.kind === undefined ? {} : { kind: node.kind }),
    ...(node.metadata === undefined ? {} : { metadata: trimMetadata(node.metadata) }),
    ...(node.spec === undefined ? {} : { spec: node.spec }),
    status: {
      ...(addresses === undefined ? {} : { addresses }),
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
}

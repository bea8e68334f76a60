import { UninitializedTaintKey } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

import { instanceIdAnnotation } from '../servers/instance-id-annotation.ts';

/** What of a Node leads to its server. */
export interface NodeParts {
  readonly providerID?: string;
  /** The annotation with the id of the server. */
  readonly instanceId?: string;
  readonly internalIps?: readonly string[];
  /** Default: the Node still has the taint of kubelet's. */
  readonly isInitialized?: boolean;
}

/** A Node with this name. */
export function buildNode(name: string, parts: NodeParts = {}): Node {
  const { providerID, instanceId, internalIps = [], isInitialized = false } = parts;
  return {
    metadata: {
      name,
      annotations: instanceId === undefined ? {} : { [instanceIdAnnotation]: instanceId },
    },
    spec: {
      ...(providerID === undefined ? {} : { providerID }),
      taints: isInitialized
        ? []
        : [{ key: UninitializedTaintKey, value: 'true', effect: 'NoSchedule' }],
    },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        ...internalIps.map((address) => ({ type: 'InternalIP', address })),
      ],
    },
  };
}

import { UninitializedTaintKey } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { CloudSeed } from '@k8s-ccm/inspur-emulator';
import type { Settings } from '../scenario/settings.ts';

/** The names of the nodes that come; none is a part of another, for clouds that search by a part. */
export function newNodeNames({ nodes }: Settings): readonly string[] {
  return Array.from(
    { length: nodes },
    (_, index) => `worker-${String(index + 1).padStart(6, '0')}`,
  );
}

/** A node as the kubelet registers it where a cloud controller manager is to initialize it. */
export function newNode(name: string): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    spec: { taints: [{ key: UninitializedTaintKey, value: 'true', effect: 'NoSchedule' }] },
    status: {
      addresses: [{ type: 'Hostname', address: name }],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    },
  };
}

/** A server of the same name for each node. */
export function nodesSeed(settings: Settings): CloudSeed {
  return {
    servers: newNodeNames(settings).map((name, index) => ({
      serverId: `i-${name}`,
      serverName: name,
      hostName: name,
      status: 'active',
      flavorName: 'c1.large',
      regionId: 'cn-north-3',
      availabilityZone: 'cn-north-3a',
      privateIps: [`192.168.${index >> 8}.${index & 255}`],
    })),
  };
}

/** True where nothing is left to initialize. */
export function isInitialized({ spec }: Node): boolean {
  return (spec?.taints ?? []).every(({ key }) => key !== UninitializedTaintKey);
}

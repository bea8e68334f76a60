import type { Node, Service } from '@k8s-ccm/cloud-provider';
import type { CloudSeed } from '@k8s-ccm/inspur-emulator';
import type { Settings } from '../scenario/settings.ts';

/** Name of the node that joins later. */
export const joiningNode = 'node-joining';

/** The names of the nodes that exist before. */
export function nodeNames({ nodes }: Settings): readonly string[] {
  return numbered('node', nodes);
}

/** The names of the Services. */
export function serviceNames({ services }: Settings): readonly string[] {
  return numbered('service', services);
}

/** A node as its kubelet registers it, ready. */
export function benchNode(name: string, position: number): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    spec: { providerID: `incloud://i-${name}` },
    status: {
      addresses: [
        { type: 'InternalIP', address: addressOf(position) },
        { type: 'Hostname', address: name },
      ],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    },
  };
}

/** A Service of type LoadBalancer on the load balancer that bears its name. */
export function benchService(name: string, { ports }: Settings): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'service.beta.kubernetes.io/inspur-load-balancer-slbid': `slb-${name}` },
    },
    spec: {
      type: 'LoadBalancer',
      selector: { app: name },
      ports: Array.from({ length: ports }, (_, index) => ({
        name: `port-${index}`,
        protocol: 'TCP',
        port: 80 + index,
        targetPort: 8080 + index,
      })),
    },
  };
}

/** A load balancer for each Service and a server for each node, the one that joins included. */
export function servicesSeed(settings: Settings): CloudSeed {
  return {
    slbs: serviceNames(settings).map((name, index) => ({
      slbId: `slb-${name}`,
      slbName: `slb-${name}`,
      scheme: 'internet-facing',
      businessIp: `10.1.${index >> 8}.${index & 255}`,
      eipAddress: `203.${index >> 8}.113.${index & 255}`,
      state: 'active',
    })),
    servers: [...nodeNames(settings), joiningNode].map((name, index) => ({
      serverId: `i-${name}`,
      serverName: name,
      status: 'active',
      privateIps: [addressOf(index)],
    })),
  };
}

function addressOf(position: number): string {
  return `192.168.${position >> 8}.${position & 255}`;
}

function numbered(prefix: string, count: number): readonly string[] {
  const { length } = String(count);
  return Array.from(
    { length: count },
    (_, index) => `${prefix}-${String(index + 1).padStart(length, '0')}`,
  );
}

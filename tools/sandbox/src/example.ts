import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node, Service } from '@k8s-ccm/cloud-provider';
import { parse } from 'yaml';

/** The SLB that the example Service names; it exists before, as in a real account. */
export const exampleSlb = {
  slbId: 'slb-example',
  slbName: 'example',
  scheme: 'internet-facing',
  businessIp: '10.0.0.10',
  eipAddress: '203.0.113.10',
  state: 'active',
} as const;

/** The servers behind the example Nodes. */
export const exampleServers = [
  exampleServer('worker-1', '192.168.0.11'),
  exampleServer('worker-2', '192.168.0.12'),
];

function exampleServer(name: string, privateIp: string) {
  return {
    serverId: name,
    serverName: name,
    hostName: name,
    status: 'active',
    flavorName: 'c1.large',
    regionId: 'cn-north-3',
    availabilityZone: 'cn-north-3a',
    privateIps: [privateIp],
  };
}

/** The file that the guides show too. */
export const exampleServiceFile = join(import.meta.dirname, '../../../docs/examples/service.yaml');

/** The example Service as an object for the API server. */
export function exampleService(): Service {
  return parse(readFileSync(exampleServiceFile, 'utf8')) as Service;
}

/** A Node as the kubelet registers it, with the address that becomes a member's. */
export function exampleNode(name: string, internalIP: string): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { providerID: `incloud://${name}` },
    status: { addresses: [{ type: 'InternalIP', address: internalIP }] },
  };
}

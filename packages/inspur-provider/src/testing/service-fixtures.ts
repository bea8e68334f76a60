import type { Node, Service, ServicePort } from '@k8s-ccm/cloud-provider';

/** The annotation that names the SLB. */
export const slbIdKey = 'service.beta.kubernetes.io/inspur-load-balancer-slbid';

/** What a test says of a Service; the rest is ordinary. */
export interface ServiceFixture {
  readonly name?: string;
  readonly uid?: string;
  /** `undefined` in the object: no annotation. */
  readonly slbId?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
}

/** A UID whose first 8 characters are `head`, padded with zeros. */
export function uidOf(head: string): string {
  return `${head.padEnd(8, '0')}-0000-4000-8000-000000000000`;
}

/** A Service of type LoadBalancer on TCP port 80 (node port 30080), as a user has just made it. */
export function buildService({
  name = 'web',
  uid = uidOf('a'),
  slbId = 'slb-1',
  annotations = {},
  ports = [tcp(80, 30080)],
}: ServiceFixture = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: 'default',
      uid,
      annotations: { ...(slbId === '' ? {} : { [slbIdKey]: slbId }), ...annotations },
    },
    spec: { type: 'LoadBalancer', ports },
    status: { loadBalancer: {} },
  };
}

/** A TCP port. */
export function tcp(port: number, nodePort: number): ServicePort {
  return { name: `tcp-${port}`, protocol: 'TCP', port, nodePort };
}

/** A UDP port. */
export function udp(port: number, nodePort: number): ServicePort {
  return { name: `udp-${port}`, protocol: 'UDP', port, nodePort };
}

/** A Node on the server `ecs-<name>` with this InternalIP; an empty one leaves it out. */
export function buildNode(
  name: string,
  internalIp: string,
  providerID = `incloud://ecs-${name}`,
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: uidOf('0') },
    spec: { providerID },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        ...(internalIp === '' ? [] : [{ type: 'InternalIP', address: internalIp }]),
      ],
    },
  };
}

/** Returns the Nodes `n1`, `n2`, … with the addresses 192.168.0.1, 192.168.0.2, … */
export function buildNodes(count: number): readonly Node[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    return buildNode(`n${number}`, `192.168.${number >> 8}.${number & 255}`);
  });
}

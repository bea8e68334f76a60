import { brand } from './error-brand.ts';
import { CloudProviderError } from './errors.ts';
import { formatIp, ipEqual, isUnspecifiedIp, parseIp } from '@k8s-ccm/foundation';
import type { IpAddress } from '@k8s-ccm/foundation';
import type { NodeAddress } from './kubernetes-types.ts';

/** The IP that kubelet was told to use is no IP, or none of the server's. */
export class NodeIPError extends CloudProviderError {
  static {
    brand(this, 'NodeIPError');
  }

  override readonly name = 'NodeIPError';
  override readonly code = 'NODE_IP_INVALID';
  /** The annotation's value. */
  readonly nodeIP: string;

  constructor(message: string, nodeIP: string, options?: ErrorOptions) {
    super(message, options);
    this.nodeIP = nodeIP;
  }
}

/**
 * The cloud's addresses as the annotation `alpha.kubernetes.io/provided-node-ip` wants them: those
 * that match its IPs first, in the annotation's order and the cloud's spelling; then, in the
 * cloud's order, those of types that matched nothing (contract.md#node-ip).
 *
 * @param nodeIP the annotation's value: one IP, or one of each family with a comma between; no space.
 * @throws NodeIPError where the value is anything else, or the cloud has no such address.
 */
export function getNodeAddressesFromNodeIP(
  nodeIP: string,
  cloudAddresses: readonly NodeAddress[],
): readonly NodeAddress[] {
  const parsed = cloudAddresses.map((address) => ({ address, ip: parseIp(address.address) }));
  const matched = parseNodeIP(nodeIP).flatMap((wanted) => {
    const found = parsed.filter(({ ip }) => ip !== undefined && ipEqual(ip, wanted));
    if (found.length > 0) return found.map(({ address }) => address);
    throw new NodeIPError(
      `failed to get node address from cloud provider that matches ip: ${formatIp(wanted)}`,
      nodeIP,
    );
  });
  const matchedTypes = new Set(matched.map(({ type }) => type));
  return [...matched, ...cloudAddresses.filter(({ type }) => !matchedTypes.has(type))];
}

function parseNodeIP(nodeIP: string): readonly IpAddress[] {
  const invalid = (problem: string) =>
    new NodeIPError(`failed to parse node IP ${JSON.stringify(nodeIP)}: ${problem}`, nodeIP);
  const ips = nodeIP.split(',').map((part) => {
    const ip = parseIp(part);
    if (ip === undefined) throw invalid(`could not parse ${JSON.stringify(part)}`);
    return ip;
  });
  if (ips.length > 2 || (ips.length === 2 && ips[0]?.family === ips[1]?.family)) {
    throw invalid('must contain either a single IP or a dual-stack pair of IPs');
  }
  if (ips.length === 2 && ips.some(isUnspecifiedIp)) {
    throw invalid("dual-stack node IP cannot include '0.0.0.0' or '::'");
  }
  return ips;
}

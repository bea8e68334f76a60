import { ControllerConfigError } from '@k8s-ccm/cloud-provider';
import { cidrContains, lastAddress, parseCidr } from '@k8s-ccm/foundation';
import type { Cidr } from '@k8s-ccm/foundation';

/**
 * Reads `--cluster-cidr`: one range, or one of each family with a comma between them
 * (contract.md#route-start). Space around the whole is ignored, space around one range is a mistake, as upstream has it.
 * Empty where nothing is configured.
 *
 * @throws ControllerConfigError with upstream's text
 */
export function parseClusterCidrs(text: string): readonly Cidr[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const cidrs = trimmed.split(',').map((item, index) => {
    const cidr = parseCidr(item);
    if (cidr !== undefined) return cidr;
    throw wrong(`invalid CIDR[${index}]: ${item} (invalid CIDR address: ${item})`);
  });
  const families = new Set(cidrs.map(({ network }) => network.family));
  if (cidrs.length > 1 && families.size === 1) {
    throw wrong(
      `len of ClusterCIDRs==${cidrs.length} and they are not configured as dual stack (at least one from each IPFamily)`,
    );
  }
  if (cidrs.length > 2) {
    throw wrong(`length of clusterCIDRs is:${cidrs.length} more than max allowed of 2`);
  }
  return cidrs;
}

/**
 * Whether routes to this destination are the controller's to delete: the first or the last address of the destination
 * lies in a range of the cluster (contract.md#route-ownership). False for a destination that is not a CIDR.
 */
export function isInCluster(destinationCIDR: string, clusterCidrs: readonly Cidr[]): boolean {
  const destination = parseCidr(destinationCIDR);
  if (destination === undefined) return false;
  const last = lastAddress(destination);
  return clusterCidrs.some(
    (range) => cidrContains(range, destination.network) || cidrContains(range, last),
  );
}

/** Whether the controller creates routes to this destination: it lies in one range of the cluster as a whole. */
export function isServed(destinationCIDR: string, clusterCidrs: readonly Cidr[]): boolean {
  const destination = parseCidr(destinationCIDR);
  if (destination === undefined) return false;
  const last = lastAddress(destination);
  return clusterCidrs.some(
    (range) => cidrContains(range, destination.network) && cidrContains(range, last),
  );
}

/** Whether the cluster has a range of the destination's address family. True for a destination that is not a CIDR. */
export function hasFamilyOf(destinationCIDR: string, clusterCidrs: readonly Cidr[]): boolean {
  const destination = parseCidr(destinationCIDR);
  return (
    destination === undefined ||
    clusterCidrs.some(({ network }) => network.family === destination.network.family)
  );
}

function wrong(what: string): ControllerConfigError {
  return new ControllerConfigError(`--cluster-cidr: ${what}`);
}

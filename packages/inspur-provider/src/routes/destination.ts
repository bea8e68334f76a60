import { formatCidr, parseCidr } from '@k8s-ccm/foundation';

/** One text for all ways to write a destination; what is no CIDR stays as it is. */
export function destinationKey(text: string): string {
  const cidr = parseCidr(text.trim());
  return cidr === undefined ? text : formatCidr(cidr);
}

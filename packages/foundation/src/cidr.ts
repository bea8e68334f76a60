import { formatIp, fromWritten, parseWrittenIp } from './ip.ts';
import type { IpAddress } from './ip.ts';

/** A range of addresses, without host bits. */
export interface Cidr {
  /** The first address. */
  readonly network: IpAddress;
  /** 0 to 32 where the network's family is 4, 0 to 128 where it is 6. */
  readonly prefixLength: number;
}

/**
 * Reads a CIDR as Kubernetes' forked `net.ParseCIDR` does: host bits are masked off, leading zeros
 * are decimal, a bare address is none. `undefined` where the text is none.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseWrittenIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !/^0*[0-9]{1,3}$/.test(length)) return undefined;
  const prefixLength = Number(length);
  const bits = bitsOf(address.family);
  if (prefixLength > bits) return undefined;
  const written = { family: address.family, value: maskOff(address, prefixLength) };
  const network = fromWritten(written);
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8: a network is still IPv4-mapped only where the mask left the first 96 bits alone.
  return { network, prefixLength: prefixLength - (bits - bitsOf(network.family)) };
}

/** The text of a CIDR: its first address and the prefix length. The same for equal CIDRs. */
export function formatCidr({ network, prefixLength }: Cidr): string {
  return `${formatIp(network)}/${prefixLength}`;
}

/**
 * One text for all ways to write a CIDR, to compare texts that others wrote: host bits, leading zeros, letter case,
 * IPv4-mapped addresses and blanks around it do not count. Text that is not a CIDR comes back as it is.
 */
export function canonicalCidr(text: string): string {
  const cidr = parseCidr(text.trim());
  return cidr === undefined ? text : formatCidr(cidr);
}

/** Whether the address lies in the range. False across families. */
export function cidrContains({ network, prefixLength }: Cidr, address: IpAddress): boolean {
  return network.family === address.family && maskOff(address, prefixLength) === network.value;
}

/** The last address of the range. */
export function lastAddress({ network, prefixLength }: Cidr): IpAddress {
  const hostBits = BigInt(bitsOf(network.family) - prefixLength);
  return { family: network.family, value: network.value | ((1n << hostBits) - 1n) };
}

function bitsOf(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128;
}

function maskOff({ family, value }: IpAddress, prefixLength: number): bigint {
  const hostBits = BigInt(bitsOf(family) - prefixLength);
  return (value >> hostBits) << hostBits;
}

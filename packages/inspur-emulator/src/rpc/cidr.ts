import { isIP } from 'node:net';

/** A CIDR block. */
export interface Cidr {
  readonly family: 4 | 6;
  /** The address as a number. */
  readonly address: bigint;
  /** Prefix length in bits. */
  readonly length: number;
  /** Whether the address is the first one of the block. */
  readonly isNetwork: boolean;
}

/** Parses a CIDR block such as `10.0.0.0/24` or `fd00::/64`. Returns `undefined` if it is invalid. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', bits = '', ...more] = text.split('/');
  const family = isIP(address);
  if (more.length > 0 || (family !== 4 && family !== 6) || !/^\d{1,3}$/.test(bits)) {
    return undefined;
  }
  const length = Number(bits);
  const most = family === 4 ? 32 : 128;
  if (length > most || address.includes('%')) return undefined;
  const value = family === 4 ? numberOf(address.split('.'), 8, 10) : ipv6Number(address);
  const rest = (1n << BigInt(most - length)) - 1n;
  return { family, address: value, length, isNetwork: (value & rest) === 0n };
}

/** Reports whether two blocks contain the same addresses, regardless of their notation. */
export function isSameCidr(one: Cidr, other: Cidr): boolean {
  return (
    one.family === other.family && one.length === other.length && one.address === other.address
  );
}

function ipv6Number(text: string): bigint {
  const whole = text.replace(/(?<=:)[\d.]+$/, (tail) => (tail.includes('.') ? groups(tail) : tail));
  const [head = '', tail] = whole.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return numberOf([...first, ...zeros, ...last], 16, 16);
}

/** Converts the last 32 bits of an IPv6 address, which may be written as an IPv4 address. */
function groups(ipv4: string): string {
  const value = numberOf(ipv4.split('.'), 8, 10);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function numberOf(parts: readonly string[], bits: number, base: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bits)) | BigInt(parseInt(part, base)), 0n);
}

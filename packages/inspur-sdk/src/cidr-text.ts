import { isIP } from 'node:net';

/**
 * One text for all ways to write a block of addresses: host bits, leading zeros and IPv4-mapped addresses do not count.
 * What is no block comes back as it is.
 */
export function canonicalCidr(text: string): string {
  const [address = '', bits = '', ...more] = text.trim().split('/');
  const dotted = address.replaceAll(/(?<![\da-f:])0+(?=\d)/gi, '');
  const isIPv4 = isIP(dotted) === 4;
  const groups = groupsOf(isIPv4 ? `::ffff:${dotted}` : address);
  const length = Number(bits) + (isIPv4 ? 96 : 0);
  if (groups === undefined || more.length > 0 || !/^\d{1,3}$/.test(bits) || length > 128) {
    return text;
  }
  const network = groups.map((group, index) => group & maskOf(length - 16 * index));
  const [high = 0, low = 0] = network.slice(6);
  if (length >= 96 && network.slice(0, 6).join() === '0,0,0,0,0,65535') {
    return `${[high >> 8, high & 255, low >> 8, low & 255].join('.')}/${length - 96}`;
  }
  const hex = network.map((group) => group.toString(16)).join(':');
  return `${compressed(hex) ?? hex}/${length}`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] | undefined {
  const text = isIP(address) === 6 ? compressed(address) : undefined;
  if (text === undefined) return undefined;
  const [head = [], tail = []] = text
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

/** The shortest text of an IPv6 address; `undefined` where it has a zone. */
function compressed(address: string): string | undefined {
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

/** A group's first bits, as many as are asked for. */
function maskOf(bits: number): number {
  return (0xffff << Math.min(16, Math.max(0, 16 - bits))) & 0xffff;
}

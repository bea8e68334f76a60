/**
 * An IP address as Go compares it: an IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4
 * address, and the spelling is forgotten.
 */
export interface IpAddress {
  readonly family: 4 | 6;
  /** 32 bits where the family is 4, else 128. */
  readonly value: bigint;
}

/** The first 96 bits of an IPv4-mapped IPv6 address. */
const mappedPrefix = 0xffffn;

/**
 * Reads an IP address as Kubernetes' forked `net.ParseIP` does: leading zeros in IPv4 octets are
 * decimal, no zone, no surrounding space. `undefined` where the text is none.
 */
export function parseIp(text: string): IpAddress | undefined {
  const written = parseWrittenIp(text);
  return written === undefined ? undefined : fromWritten(written);
}

/** The text of an address as Go prints it: dotted decimal, or RFC 5952 (lower case, longest run of zeros as `::`). */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 0xffn).toString()).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((value >> BigInt(112 - 16 * index)) & 0xffffn),
  );
  const gap = longestZeroRun(groups);
  if (gap === undefined) return joinGroups(groups);
  return `${joinGroups(groups.slice(0, gap.start))}::${joinGroups(groups.slice(gap.end))}`;
}

/** Whether two addresses are the same address, however they were written. */
export function ipEqual(one: IpAddress, other: IpAddress): boolean {
  return one.family === other.family && one.value === other.value;
}

/** True for `0.0.0.0` and `::`, which stand for any address. */
export function isUnspecifiedIp({ value }: IpAddress): boolean {
  return value === 0n;
}

/**
 * An address as it was written: the family tells the notation, so `::ffff:10.0.0.1` has family 6.
 * Only a CIDR needs it, whose prefix length counts from the notation's first bit.
 */
export function parseWrittenIp(text: string): IpAddress | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return { family: 4, value: ipv4 };
  const ipv6 = parseIpv6(text);
  return ipv6 === undefined ? undefined : { family: 6, value: ipv6 };
}

/** Turns an IPv4-mapped IPv6 address into the IPv4 address that it is. */
export function fromWritten({ family, value }: IpAddress): IpAddress {
  const mapped = family === 6 && value >> 32n === mappedPrefix;
  return mapped ? { family: 4, value: value & 0xffff_ffffn } : { family, value };
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let value = 0n;
  for (const octet of octets) {
    if (!/^0*[0-9]{1,3}$/.test(octet) || Number(octet) > 0xff) return undefined;
    value = (value << 8n) | BigInt(Number(octet));
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = parseGroups(head, tail === undefined);
  const after = tail === undefined ? [] : parseGroups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  // An ellipsis stands for at least one group of zeros.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of one side of the ellipsis; the last may be a dotted IPv4 address. */
function parseGroups(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (mayEndInIpv4 && index === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIpv4(part);
      if (ipv4 === undefined) return undefined;
      groups.push(Number(ipv4 >> 16n), Number(ipv4 & 0xffffn));
      continue;
    }
    if (!/^0*[0-9a-f]{1,4}$/i.test(part)) return undefined;
    groups.push(Number.parseInt(part, 16));
  }
  return groups;
}

function joinGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

/** The first longest run of two or more groups of zeros, `end` exclusive. */
function longestZeroRun(groups: readonly number[]): { start: number; end: number } | undefined {
  let best = { start: 0, end: 1 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.end - best.start) best = { start, end: index + 1 };
  }
  return best.end - best.start > 1 ? best : undefined;
}

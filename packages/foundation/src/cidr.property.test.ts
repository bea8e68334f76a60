import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BlockList } from 'node:net';
import { cidrContains, formatCidr, lastAddress, parseCidr } from './cidr.ts';
import type { Cidr } from './cidr.ts';
import { formatIp, parseIp } from './ip.ts';
import type { IpAddress } from './ip.ts';

const range4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
const range6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));

function cidrOf([address, length]: readonly [string, number]): Cidr {
  const cidr = parseCidr(`${address}/${length}`);
  if (cidr === undefined) throw new Error(`${address}/${length} is no CIDR`);
  return cidr;
}

function ipOf(text: string): IpAddress {
  const ip = parseIp(text);
  if (ip === undefined) throw new Error(`${text} is no IP`);
  return ip;
}

describe('a CIDR', () => {
  it('contains its first address, its last and the one it was written with', () => {
    fc.assert(
      fc.property(fc.oneof(range4, range6), (range) => {
        const cidr = cidrOf(range);
        const { network } = cidr;
        expect(cidrContains(cidr, network)).toBe(true);
        expect(cidrContains(cidr, lastAddress(cidr))).toBe(true);
        const written = ipOf(range[0]);
        expect(cidrContains(cidr, written)).toBe(written.family === network.family);
      }),
    );
  });

  it('contains nothing before its first address and after its last', () => {
    fc.assert(
      fc.property(range4, (range) => {
        const cidr = cidrOf(range);
        const [first, last] = [cidr.network, lastAddress(cidr)];
        expect(cidrContains(cidr, { ...first, value: first.value - 1n })).toBe(false);
        expect(cidrContains(cidr, { ...last, value: last.value + 1n })).toBe(false);
      }),
    );
  });

  it('comes back from its text', () => {
    fc.assert(
      fc.property(fc.oneof(range4, range6), (range) => {
        const cidr = cidrOf(range);
        expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
      }),
    );
  });

  it('contains what node:net finds in it', () => {
    const cases = fc.tuple(range4, fc.ipV4(), fc.boolean());
    fc.assert(
      fc.property(cases, ([[address, length], other, near]) => {
        const cidr = cidrOf([address, length]);
        const value = near ? cidr.network.value ^ (ipOf(other).value & 0xffffn) : ipOf(other).value;
        const candidate: IpAddress = { family: 4, value };
        const list = new BlockList();
        list.addSubnet(address, length, 'ipv4');
        expect(cidrContains(cidr, candidate)).toBe(list.check(formatIp(candidate), 'ipv4'));
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { isSameCidr, parseCidr } from './cidr.ts';

describe('a CIDR block', () => {
  it.each([
    ['10.1.0.0/24', 4, 0x0a010000n, 24, true],
    ['10.1.0.7/24', 4, 0x0a010007n, 24, false],
    ['0.0.0.0/0', 4, 0n, 0, true],
    ['10.1.0.7/32', 4, 0x0a010007n, 32, true],
    ['fd00::/64', 6, 0xfd00n << 112n, 64, true],
    ['::/0', 6, 0n, 0, true],
    ['fd00:0:0:1::/64', 6, (0xfd00n << 112n) | (1n << 64n), 64, true],
    ['::ffff:10.1.0.0/128', 6, 0xffff_0a01_0000n, 128, true],
    ['fd00::1/64', 6, (0xfd00n << 112n) | 1n, 64, false],
  ])('is parsed: %s', (text, family, address, length, isNetwork) => {
    expect(parseCidr(text)).toEqual({ family, address, length, isNetwork });
  });

  it.each([
    '',
    '10.1.0.0',
    '10.1.0.0/33',
    'fd00::/129',
    '10.1.0/24',
    '10.1.0.0/24/1',
    '10.1.0.0/',
    '10.1.0.0/-1',
    'fe80::%eth0/64',
  ])('is refused: %s', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it.each([
    ['10.1.0.0/24', '10.1.0.0/24', true],
    ['10.1.0.0/24', '10.1.0.0/25', false],
    ['10.1.0.0/24', '10.1.1.0/24', false],
    ['fd00:0::/64', 'FD00::/64', true],
    ['0.0.0.0/0', '::/0', false],
  ])('is compared by its addresses: %s and %s (same: %s)', (one, other, same) => {
    const [first, second] = [parseCidr(one), parseCidr(other)];
    expect(first !== undefined && second !== undefined && isSameCidr(first, second)).toBe(same);
  });
});

import { describe, expect, it } from '@jest/globals';
import { canonicalCidr, cidrContains, formatCidr, lastAddress, parseCidr } from './cidr.ts';
import { formatIp, parseIp } from './ip.ts';

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/24', '10.0.0.0/24'],
    ['192.168.0.5/24', '192.168.0.0/24'],
    ['192.168.0.1/32', '192.168.0.1/32'],
    ['192.168.0.0/0', '0.0.0.0/0'],
    ['010.0.0.1/024', '10.0.0.0/24'],
    ['::/0', '::/0'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['fd00::1/128', 'fd00::1/128'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['::ffff:10.1.2.3/96', '0.0.0.0/0'],
    ['::ffff:10.1.2.3/95', '::fffe:0:0/95'],
  ])('reads %s as %s', (text, canonical) => {
    const cidr = parseCidr(text);
    expect(cidr && formatCidr(cidr)).toBe(canonical);
  });

  it.each([
    '',
    '/',
    '10.0.0.1',
    '10.0.0.1/',
    '/24',
    '10.0.0.1/33',
    '::/129',
    '10.0.0.1/-1',
    '10.0.0.1/+1',
    '10.0.0.1/1e1',
    '10.0.0.1/ 8',
    '10.0.0.1/8/8',
    '192.168.1.1/255.255.255.0',
    '10.0.0/24',
    ' 10.0.0.0/24',
  ])('refuses %p', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe('canonicalCidr', () => {
  it.each([
    ['10.1.0.0/24', '10.1.0.0/24'],
    [' 10.1.0.0/024 ', '10.1.0.0/24'],
    ['FD00:0:0::/64', 'fd00::/64'],
    ['fd00:0000:0000:0001:0:0:0:0/64', 'fd00:0:0:1::/64'],
    ['00001::/16', '1::/16'],
    ['10.1.0.7/24', '10.1.0.0/24'],
    ['10.1.0.7/32', '10.1.0.7/32'],
    ['::ffff:10.1.0.0/120', '10.1.0.0/24'],
    ['::ffff:a01:7/120', '10.1.0.0/24'],
    ['fd00:0:0:1ff::/57', 'fd00:0:0:180::/57'],
    ['10.1.0.0/33', '10.1.0.0/33'],
    ['10.1.0.0/24/1', '10.1.0.0/24/1'],
    ['fe80::%eth0/64', 'fe80::%eth0/64'],
    [' local ', ' local '],
    ['10.1.0.0', '10.1.0.0'],
    ['', ''],
  ])('writes %j as %j', (text, canonical) => {
    expect(canonicalCidr(text)).toBe(canonical);
  });
});

describe('a range', () => {
  it.each([
    ['10.244.0.0/14', '10.247.255.0', true],
    ['10.244.0.0/14', '10.248.0.0', false],
    ['10.244.0.0/14', '10.243.255.0', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::/0', '10.0.0.1', false],
    ['fd00::/8', 'fd12::1', true],
    ['0.0.0.0/0', '255.255.255.255', true],
  ])('%s contains %s: %p', (range, address, expected) => {
    const [cidr, ip] = [parseCidr(range), parseIp(address)];
    expect(cidr !== undefined && ip !== undefined && cidrContains(cidr, ip)).toBe(expected);
  });

  it.each([
    ['10.244.0.0/14', '10.247.255.255'],
    ['10.0.0.1/32', '10.0.0.1'],
    ['fd00::/64', 'fd00::ffff:ffff:ffff:ffff'],
    ['::/0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('%s ends with %s', (range, last) => {
    const cidr = parseCidr(range);
    expect(cidr && formatIp(lastAddress(cidr))).toBe(last);
  });
});

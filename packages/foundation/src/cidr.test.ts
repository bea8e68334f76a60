import { describe, expect, it } from '@jest/globals';
import { cidrContains, formatCidr, lastAddress, parseCidr } from './cidr.ts';
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

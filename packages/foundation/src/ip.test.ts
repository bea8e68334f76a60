import { describe, expect, it } from '@jest/globals';
import { formatIp, ipEqual, isUnspecifiedIp, parseIp } from './ip.ts';

describe('parseIp', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.000.000.001', '10.0.0.1'],
    ['000000000000010.0.0.08', '10.0.0.8'],
    ['255.255.255.255', '255.255.255.255'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0a00:0001', '10.0.0.1'],
    ['::10.0.0.1', '::a00:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2600:1f14:1d4:d101:0:0:0:ba3d', '2600:1f14:1d4:d101::ba3d'],
    ['FC01:0:0:1:0:0:0:1', 'fc01:0:0:1::1'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['64:ff9b::001.02.3.4', '64:ff9b::102:304'],
    ['00001::', '1::'],
  ])('reads %s as %s', (text, canonical) => {
    const ip = parseIp(text);
    expect(ip && formatIp(ip)).toBe(canonical);
  });

  it.each([
    '',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0',
    '10.0.0.1.2',
    '10.0.0.256',
    '10.0..1',
    '10.0.0.-1',
    '0x0a.0.0.1',
    '10.0.0.1/32',
    'foo.bar',
    ':',
    ':::',
    '1:2',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4::5:6:7:8',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '10000::',
    'g::',
    'fe80::1%eth0',
    '[::1]',
    '::1.2.3',
    '::1.2.3.256',
    '1.2.3.4::',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4:5:6:7:8:9:a',
  ])('refuses %p', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['2001:db8::1', '2001:DB8:0:0::1', true],
    ['::10.0.0.1', '10.0.0.1', false],
    ['10.0.0.1', '10.0.0.2', false],
  ])('%s and %s are equal: %p', (one, other, expected) => {
    const [left, right] = [parseIp(one), parseIp(other)];
    expect(left !== undefined && right !== undefined && ipEqual(left, right)).toBe(expected);
  });

  it.each([
    ['0.0.0.0', true],
    ['::', true],
    ['::ffff:0.0.0.0', true],
    ['0.0.0.1', false],
    ['::1', false],
  ])('%s stands for any address: %p', (text, expected) => {
    const ip = parseIp(text);
    expect(ip && isUnspecifiedIp(ip)).toBe(expected);
  });
});

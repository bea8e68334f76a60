import { describe, expect, it } from '@jest/globals';
import { canonicalCidr } from './cidr-text.ts';

describe('canonicalCidr', () => {
  it.each([
    ['10.1.0.0/24', '10.1.0.0/24'],
    [' 10.1.0.0/024 ', '10.1.0.0/24'],
    ['FD00:0:0::/64', 'fd00::/64'],
    ['fd00:0000:0000:0001:0:0:0:0/64', 'fd00:0:0:1::/64'],
    ['fe80::%eth0/64', 'fe80::%eth0/64'],
    ['local', 'local'],
    ['10.1.0.0', '10.1.0.0'],
    ['', ''],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalCidr(text)).toBe(canonical);
  });
});

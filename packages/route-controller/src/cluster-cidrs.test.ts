import { describe, expect, it } from '@jest/globals';
import { ControllerConfigError } from '@k8s-ccm/cloud-provider';
import { formatCidr } from '@k8s-ccm/foundation';
import { hasFamilyOf, isInCluster, isServed, parseClusterCidrs } from './cluster-cidrs.ts';

describe('parseClusterCidrs', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    ['  ', []],
    ['10.244.0.0/16', ['10.244.0.0/16']],
    [' 010.244.0.1/16\n', ['10.244.0.0/16']],
    ['10.0.0.0/16,fd00::/48', ['10.0.0.0/16', 'fd00::/48']],
    ['fd00::/48,10.0.0.0/16', ['fd00::/48', '10.0.0.0/16']],
  ])('reads %p', (text, expected) => {
    expect(parseClusterCidrs(text).map(formatCidr)).toEqual(expected);
  });

  it.each([
    ['10.0.0.0', 'invalid CIDR[0]: 10.0.0.0 (invalid CIDR address: 10.0.0.0)'],
    ['10.0.0.0/16, fd00::/48', 'invalid CIDR[1]:  fd00::/48 (invalid CIDR address:  fd00::/48)'],
    ['10.0.0.0/16,', 'invalid CIDR[1]:  (invalid CIDR address: )'],
    [
      '10.0.0.0/16,10.1.0.0/16',
      'len of ClusterCIDRs==2 and they are not configured as dual stack (at least one from each IPFamily)',
    ],
    [
      '10.0.0.0/16,10.1.0.0/16,10.2.0.0/16',
      'len of ClusterCIDRs==3 and they are not configured as dual stack (at least one from each IPFamily)',
    ],
    ['10.0.0.0/16,fd00::/48,10.1.0.0/16', 'length of clusterCIDRs is:3 more than max allowed of 2'],
  ])('refuses %p', (text, expected) => {
    const read = () => parseClusterCidrs(text);
    expect(read).toThrow(ControllerConfigError);
    expect(read).toThrow(new Error(`--cluster-cidr: ${expected}`));
  });
});

describe('isInCluster', () => {
  it.each([
    ['10.244.0.0/14', '10.247.255.0/24', true],
    ['10.244.0.0/14', '10.248.0.0/24', false],
    ['10.244.0.0/14', '10.243.255.0/24', false],
    ['10.244.0.0/16', '10.244.0.0/14', true],
    ['10.247.0.0/16', '10.244.0.0/14', true],
    ['10.245.0.0/16', '10.244.0.0/14', false],
    ['10.244.0.0/16', '0.0.0.0/0', false],
    ['10.244.0.0/16', 'fd00::/64', false],
    ['10.244.0.0/16,fd00::/48', 'fd00:0:0:1::/64', true],
    ['10.244.0.0/16', '10.244.1.0', false],
    ['10.244.0.0/16', 'pods', false],
  ])('in %s is %s: %p', (ranges, destination, expected) => {
    expect(isInCluster(destination, parseClusterCidrs(ranges))).toBe(expected);
  });
});

describe('isServed', () => {
  it.each([
    ['10.244.0.0/14', '10.247.255.0/24', true],
    ['10.244.0.0/14', '10.244.0.0/14', true],
    ['10.244.0.0/16', '10.244.0.0/14', false],
    ['10.247.0.0/16', '10.244.0.0/14', false],
    ['10.244.0.0/16', '10.9.1.0/24', false],
    ['10.244.0.0/16', 'fd00::/64', false],
    ['10.244.0.0/16,fd00::/48', 'FD00:0:0:1::/64', true],
    ['10.244.0.0/16', 'pods', false],
  ])('in %s is %s: %p', (ranges, destination, expected) => {
    expect(isServed(destination, parseClusterCidrs(ranges))).toBe(expected);
  });
});

describe('hasFamilyOf', () => {
  it.each([
    ['10.244.0.0/16', '10.9.1.0/24', true],
    ['10.244.0.0/16', 'fd00::/64', false],
    ['10.244.0.0/16', '::ffff:10.9.1.0/120', true],
    ['10.244.0.0/16,fd00::/48', 'fd99::/64', true],
    ['10.244.0.0/16', 'pods', true],
  ])('of %s has %s: %p', (ranges, destination, expected) => {
    expect(hasFamilyOf(destination, parseClusterCidrs(ranges))).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { formatCidr } from '@k8s-ccm/foundation';
import type { Service } from './kubernetes-types.ts';
import { getLoadBalancerSourceRanges, isAllowAll, SourceRangesError } from './source-ranges.ts';

const annotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const inSpec = (...loadBalancerSourceRanges: string[]): Service => ({
  spec: { loadBalancerSourceRanges },
});
const annotated = (value: string): Service => ({
  metadata: { annotations: { [annotation]: value } },
});
const ranges = (service: Service) => getLoadBalancerSourceRanges(service).map(formatCidr);
const allowsAll = (service: Service) => isAllowAll(getLoadBalancerSourceRanges(service));

describe('getLoadBalancerSourceRanges', () => {
  // @see docs/reference/contract.md#case-174
  it('the spec wins over the annotation', () => {
    const service = { ...annotated('10.9.0.0/16'), ...inSpec('10.1.0.0/16') };
    expect(ranges(service)).toEqual(['10.1.0.0/16']);
    expect(allowsAll(service)).toBe(false);
  });

  // @see docs/reference/contract.md#case-174
  it.each([
    ['both absent', {}],
    ['an empty list and no annotation', inSpec()],
    ['an empty annotation', annotated('')],
    ['a blank annotation', annotated('  \t ')],
  ])('%s lets everybody in', (_what, service) => {
    expect(ranges(service)).toEqual(['0.0.0.0/0']);
    expect(allowsAll(service)).toBe(true);
  });

  const invalid = ['10.0.0.1', '10.0.0.1/33', 'foo.bar', '10.0.0.1/32,', '10.0.0.1/32,*'];

  // @see docs/reference/contract.md#case-175
  it.each(invalid)('the annotation %p is an error', (value) => {
    const read = () => getLoadBalancerSourceRanges(annotated(` ${value} `));
    expect(read).toThrow(SourceRangesError);
    expect(read).toThrow(
      `service.beta.kubernetes.io/load-balancer-source-ranges: ${value} is not valid. Expecting a comma-separated list of source IP ranges. For example, 10.0.0.0/24,192.168.2.0/24`,
    );
  });

  // @see docs/reference/contract.md#case-175
  it.each(invalid)('%p in the spec is an error', (value) => {
    const read = () => getLoadBalancerSourceRanges(inSpec('10.2.0.0/16', value));
    expect(read).toThrow(SourceRangesError);
    expect(read).toThrow(
      `service.Spec.LoadBalancerSourceRanges: [10.2.0.0/16 ${value}] is not valid. Expecting a list of IP ranges. For example, 10.0.0.0/24. Error msg: invalid CIDR address: ${value}`,
    );
  });

  // @see docs/reference/contract.md#case-175
  it('the error says where and what', () => {
    expect(() => getLoadBalancerSourceRanges(annotated('10.0.0.1/32,*'))).toThrow(
      expect.objectContaining({ field: annotation, ranges: ['10.0.0.1/32', '*'] }),
    );
  });

  // @see docs/reference/contract.md#case-176
  it.each([
    [
      'two entries',
      annotated('  192.168.0.1/32 , 192.168.0.2/32   '),
      ['192.168.0.1/32', '192.168.0.2/32'],
    ],
    [
      'two entries in the spec',
      inSpec(' 192.168.0.1/32', '192.168.0.2/32 '),
      ['192.168.0.1/32', '192.168.0.2/32'],
    ],
    ['duplicates as one', annotated('192.168.0.5/24,192.168.0.0/24'), ['192.168.0.0/24']],
    ['IPv6', inSpec('fd00::1/64'), ['fd00::/64']],
  ])('%s', (_what, service, expected) => {
    expect(ranges(service)).toEqual(expected);
  });

  // @see docs/reference/contract.md#case-176
  it.each([
    ['192.168.0.0/0', true],
    ['0.0.0.0/0', true],
    ['10.0.0.0/8,0.0.0.0/0', true],
    ['::/0', false],
    ['0.0.0.0/1', false],
  ])('%s lets everybody in: %p', (value, expected) => {
    expect(allowsAll(annotated(value))).toBe(expected);
  });
});

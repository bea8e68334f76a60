import { formatCidr, parseCidr } from '@k8s-ccm/foundation';
import type { Cidr } from '@k8s-ccm/foundation';
import { brand } from './error-brand.ts';
import { CloudProviderError } from './errors.ts';
import type { Service } from './kubernetes-types.ts';
import { LoadBalancerSourceRangesAnnotation } from './well-known.ts';

const allowAll = '0.0.0.0/0';

/** The Service's source ranges are no list of CIDRs. */
export class SourceRangesError extends CloudProviderError {
  static {
    brand(this, 'SourceRangesError');
  }

  override readonly name = 'SourceRangesError';
  override readonly code = 'SOURCE_RANGES_INVALID';
  /** Where the user wrote them. */
  readonly field: 'spec.loadBalancerSourceRanges' | typeof LoadBalancerSourceRangesAnnotation;
  /** What the user wrote, item by item. */
  readonly ranges: readonly string[];

  constructor(
    message: string,
    field: SourceRangesError['field'],
    ranges: readonly string[],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.field = field;
    this.ranges = ranges;
  }
}

/**
 * The ranges whose clients may use the Service's load balancer: `spec.loadBalancerSourceRanges`,
 * else the older annotation, else everybody (`0.0.0.0/0`). A set in order of first appearance,
 * without host bits (contract.md#service-helpers).
 *
 * @throws SourceRangesError where an item is no CIDR; a bare address and a blank item are none.
 */
export function getLoadBalancerSourceRanges(service: Service): readonly Cidr[] {
  const inSpec = service.spec?.loadBalancerSourceRanges ?? [];
  if (inSpec.length > 0) {
    const { ranges, invalid } = parseRanges(inSpec);
    if (invalid === undefined) return ranges;
    throw new SourceRangesError(
      `service.Spec.LoadBalancerSourceRanges: [${inSpec.join(' ')}] is not valid. Expecting a list of IP ranges. For example, 10.0.0.0/24. Error msg: invalid CIDR address: ${invalid}`,
      'spec.loadBalancerSourceRanges',
      inSpec,
    );
  }
  const annotation = service.metadata?.annotations?.[LoadBalancerSourceRangesAnnotation]?.trim();
  const value = annotation || allowAll;
  const items = value.split(',');
  const { ranges, invalid } = parseRanges(items);
  if (invalid === undefined) return ranges;
  throw new SourceRangesError(
    `${LoadBalancerSourceRangesAnnotation}: ${value} is not valid. Expecting a comma-separated list of source IP ranges. For example, 10.0.0.0/24,192.168.2.0/24`,
    LoadBalancerSourceRangesAnnotation,
    items,
  );
}

/** Whether the ranges let everybody in: exactly `0.0.0.0/0` is among them. `::/0` does not count (contract.md#service-helpers). */
export function isAllowAll(ranges: readonly Cidr[]): boolean {
  return ranges.some((range) => formatCidr(range) === allowAll);
}

function parseRanges(items: readonly string[]): { ranges: readonly Cidr[]; invalid?: string } {
  const ranges = new Map<string, Cidr>();
  for (const item of items) {
    const range = parseCidr(item.trim());
    if (range === undefined) return { ranges: [], invalid: item.trim() };
    ranges.set(formatCidr(range), range);
  }
  return { ranges: [...ranges.values()] };
}

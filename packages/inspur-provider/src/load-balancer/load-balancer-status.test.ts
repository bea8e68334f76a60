import { RetryAfterError } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { buildSlb } from '../testing/cloud-fixtures.ts';
import { SlbUnavailableError } from './load-balancer-errors.ts';
import { unusableReason } from './load-balancer-status.ts';

describe('unusableReason', () => {
  it.each(['active', 'ACTIVE', '', 'some-new-state'])('accepts an SLB in state "%s"', (state) => {
    expect(unusableReason(buildSlb({ state, eipAddress: '' }))).toBeUndefined();
  });

  it.each([
    ['is being created', { state: 'creating' }, RetryAfterError],
    // Otherwise a Service would lose its address until the next look.
    ['shows no private address', { businessIp: '' }, RetryAfterError],
    ['is broken', { state: 'error' }, SlbUnavailableError],
    ['is being deleted', { state: 'deleting' }, SlbUnavailableError],
  ])('refuses an SLB that %s', (_, fields, type) => {
    expect(unusableReason(buildSlb(fields))).toBeInstanceOf(type);
  });
});

import { RetryAfterError } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { buildSlb } from '../testing/cloud-fixtures.ts';
import { SlbUnavailableError } from './load-balancer-errors.ts';
import { requireUsable } from './load-balancer-status.ts';

describe('requireUsable', () => {
  it.each(['active', 'ACTIVE', '', 'some-new-state'])('passes an SLB in state "%s"', (state) => {
    expect(() => requireUsable(buildSlb({ state, eipAddress: '' }))).not.toThrow();
  });

  it.each([
    ['is being created', { state: 'creating' }, RetryAfterError],
    // Else a Service would lose the address for as long as nobody looks again.
    ['shows no private address', { businessIp: '' }, RetryAfterError],
    ['is broken', { state: 'error' }, SlbUnavailableError],
    ['is on its way out', { state: 'deleting' }, SlbUnavailableError],
  ])('refuses an SLB that %s', (_, fields, type) => {
    expect(() => requireUsable(buildSlb(fields))).toThrow(type);
  });
});

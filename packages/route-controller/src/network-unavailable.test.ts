import { describe, expect, it } from '@jest/globals';
import type { Node, NodeCondition } from '@k8s-ccm/cloud-provider';
import { networkUnavailablePatch } from './network-unavailable.ts';

const now = Date.UTC(2026, 10, 21, 8, 9, 10, 987);

/** A Node with `<status>/<reason>` as its condition. */
function nodeWith(condition?: string): Node {
  const [status = '', reason = ''] = condition?.split('/') ?? [];
  const ready: NodeCondition = { type: 'Ready', status: 'False', reason: 'RouteCreated' };
  const unavailable = { type: 'NetworkUnavailable', status, reason, message: 'by hand' };
  return {
    metadata: { name: 'node-a', uid: 'uid-a' },
    status: { conditions: condition === undefined ? [ready] : [ready, unavailable] },
  };
}

describe('networkUnavailablePatch', () => {
  it.each([
    ['yes', 'False', 'RouteCreated', 'RouteController created a route'],
    ['no', 'True', 'NoRouteCreated', 'RouteController failed to create a route'],
    ['unknown', 'True', 'NoRouteCreated', 'RouteController failed to create a route'],
  ] as const)('shows that a node is reachable: %p', (reachable, status, reason, message) => {
    const time = '2026-11-21T08:09:10Z';
    expect(networkUnavailablePatch(nodeWith(), reachable, now)).toEqual({
      metadata: { uid: 'uid-a' },
      status: {
        conditions: [
          {
            type: 'NetworkUnavailable',
            status,
            reason,
            message,
            lastHeartbeatTime: time,
            lastTransitionTime: time,
          },
        ],
      },
    });
  });

  it.each([
    ['False/RouteCreated', 'yes', false],
    ['True/NoRouteCreated', 'no', false],
    ['False/CalicoIsUp', 'yes', true],
    ['True/RouteCreated', 'yes', true],
    ['False/RouteCreated', 'no', true],
    ['Unknown/NoRouteCreated', 'no', true],
    ['False/RouteCreated', 'unknown', false],
    ['False/CalicoIsUp', 'unknown', false],
    ['True/NoRouteCreated', 'unknown', false],
    ['Unknown/NoRouteCreated', 'unknown', true],
  ] as const)('over %s, reachable %p, writes: %p', (present, reachable, writes) => {
    const patch = networkUnavailablePatch(nodeWith(present), reachable, now);
    expect(patch !== undefined).toBe(writes);
  });

  it('writes to a node without a status', () => {
    expect(networkUnavailablePatch({ metadata: { name: 'a' } }, 'yes', now)).toBeDefined();
  });
});

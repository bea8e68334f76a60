import { describe, expect, it } from '@jest/globals';
import type { ObjectMeta, Service } from './kubernetes-types.ts';
import {
  getServiceHealthCheckPathPort,
  hasLoadBalancerFinalizer,
  needsCleanup,
  needsHealthCheck,
  requestsOnlyLocalTraffic,
  wantsLoadBalancer,
} from './service-predicates.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const deletionTimestamp = '2026-01-01T00:00:00Z';
const service = (spec: Service['spec'], metadata: ObjectMeta = {}): Service => ({
  metadata,
  ...(spec === undefined ? {} : { spec }),
});

describe('wantsLoadBalancer', () => {
  const withNullClass: Service = JSON.parse(
    '{"spec":{"type":"LoadBalancer","loadBalancerClass":null}}',
  );

  it.each([
    ['type LoadBalancer', service({ type: 'LoadBalancer' }), true],
    ['a null class', withNullClass, true],
    ['a class', service({ type: 'LoadBalancer', loadBalancerClass: 'example.com/mesh' }), false],
    ['an empty class', service({ type: 'LoadBalancer', loadBalancerClass: '' }), false],
    ['another type', service({ type: 'NodePort' }), false],
    ['no type', service({}), false],
    ['no spec', service(undefined), false],
  ])('%s', (_what, object, expected) => {
    expect(wantsLoadBalancer(object)).toBe(expected);
  });
});

describe('hasLoadBalancerFinalizer', () => {
  it.each([
    [[finalizer], true],
    [['other/one', finalizer], true],
    [['other/one'], false],
    [undefined, false],
  ])('%j: %p', (finalizers, expected) => {
    expect(hasLoadBalancerFinalizer(service({}, finalizers && { finalizers }))).toBe(expected);
  });
});

describe('needsCleanup', () => {
  const ours = { finalizers: [finalizer] };
  const classed = { type: 'LoadBalancer', loadBalancerClass: 'example.com/mesh' };

  it.each([
    ['being deleted', service({ type: 'LoadBalancer' }, { ...ours, deletionTimestamp }), true],
    ['of another type now', service({ type: 'ClusterIP' }, ours), true],
    ['without a type', service({}, ours), true],
    // @see docs/reference/contract.md#case-132
    ['with a class, being deleted', service(classed, { ...ours, deletionTimestamp }), true],
    ['with a class', service(classed, ours), false],

    ['wanted', service({ type: 'LoadBalancer' }, ours), false],
    [
      'being deleted without our finalizer',
      service({ type: 'LoadBalancer' }, { deletionTimestamp }),
      false,
    ],
    // @see docs/reference/contract.md#case-88
    ['of another type without our finalizer', service({ type: 'ClusterIP' }), false],
  ])('%s', (_what, object, expected) => {
    expect(needsCleanup(object)).toBe(expected);
  });
});

describe('local traffic', () => {
  it.each([
    // @see docs/reference/contract.md#case-178
    ['NodePort and Local', 'NodePort', 'Local', true],
    ['LoadBalancer and Local', 'LoadBalancer', 'Local', true],
    ['ClusterIP and Local', 'ClusterIP', 'Local', false],
    ['ExternalName and Local', 'ExternalName', 'Local', false],
    ['NodePort and Cluster', 'NodePort', 'Cluster', false],
    ['LoadBalancer and Cluster', 'LoadBalancer', 'Cluster', false],
  ])('%s', (_what, type, externalTrafficPolicy, expected) => {
    expect(requestsOnlyLocalTraffic(service({ type, externalTrafficPolicy }))).toBe(expected);
  });

  // @see docs/reference/contract.md#case-178
  it('false without type and policy', () => {
    expect(requestsOnlyLocalTraffic(service({}))).toBe(false);
    expect(requestsOnlyLocalTraffic({})).toBe(false);
  });

  it.each([
    ['LoadBalancer', 'Local', true],
    ['NodePort', 'Local', false],
    ['LoadBalancer', 'Cluster', false],
  ])('needs a health check with %s and %s: %p', (type, externalTrafficPolicy, expected) => {
    expect(needsHealthCheck(service({ type, externalTrafficPolicy }))).toBe(expected);
  });

  it.each([
    // @see docs/reference/contract.md#case-177
    ['LoadBalancer, Local and a port', 'LoadBalancer', 'Local', 30123, '/healthz', 30123],
    ['port 0', 'LoadBalancer', 'Local', 0, '', 0],
    ['policy Cluster', 'LoadBalancer', 'Cluster', 30123, '', 0],
    ['type NodePort', 'NodePort', 'Local', 30123, '', 0],
  ])('%s', (_what, type, externalTrafficPolicy, healthCheckNodePort, path, port) => {
    const object = service({ type, externalTrafficPolicy, healthCheckNodePort });
    expect(getServiceHealthCheckPathPort(object)).toEqual({ path, port });
  });
});

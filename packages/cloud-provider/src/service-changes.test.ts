import { describe, expect, it } from '@jest/globals';
import type { Service } from './kubernetes-types.ts';
import { needsUpdate } from './service-changes.ts';

const port = {
  name: 'http',
  protocol: 'TCP',
  port: 80,
  nodePort: 30080,
  targetPort: 8080,
  appProtocol: 'http',
};
const base = {
  metadata: { name: 'web', uid: 'uid-1', annotations: { 'example.com/a': 'one' } },
  spec: {
    type: 'LoadBalancer',
    ports: [port],
    sessionAffinity: 'None',
    externalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    externalIPs: ['198.51.100.1'],
    loadBalancerSourceRanges: ['10.0.0.0/8', '11.0.0.0/8'],
  },
} as const satisfies Service;

const withSpec = (spec: NonNullable<Service['spec']>): Service => ({
  ...base,
  spec: { ...base.spec, ...spec },
});
const withMetadata = (metadata: NonNullable<Service['metadata']>): Service => ({
  ...base,
  metadata: { ...base.metadata, ...metadata },
});
const withPort = (change: object) => withSpec({ ports: [{ ...port, ...change }] });

describe('needsUpdate', () => {
  it.each<[string, Service]>([
    // @see docs/reference/contract.md#case-108
    ['a port is added', withSpec({ ports: [port, { ...port, name: 'https', port: 443 }] })],
    ['a port is removed', withSpec({ ports: [] })],
    ['the port number', withPort({ port: 81 })],
    ['the protocol', withPort({ protocol: 'UDP' })],
    ['the nodePort', withPort({ nodePort: 30081 })],
    ['the targetPort', withPort({ targetPort: 8081 })],
    ['the port name', withPort({ name: 'web' })],
    ['the appProtocol', withPort({ appProtocol: 'h2c' })],
    // @see docs/reference/contract.md#case-109
    ['the targetPort becomes a name', withPort({ targetPort: 'dns' })],
    ['the targetPort becomes the text of its number', withPort({ targetPort: '8080' })],
    // @see docs/reference/contract.md#case-110
    ['loadBalancerSourceRanges', withSpec({ loadBalancerSourceRanges: ['10.0.0.0/8'] })],
    ['their order', withSpec({ loadBalancerSourceRanges: ['11.0.0.0/8', '10.0.0.0/8'] })],
    // @see docs/reference/contract.md#case-111
    ['sessionAffinity', withSpec({ sessionAffinity: 'ClientIP' })],
    ['its timeout', withSpec({ sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } })],
    // @see docs/reference/contract.md#case-112
    ['loadBalancerIP', withSpec({ loadBalancerIP: '198.51.100.9' })],
    // @see docs/reference/contract.md#case-113
    ['the number of externalIPs', withSpec({ externalIPs: [] })],
    ['an externalIP', withSpec({ externalIPs: ['198.51.100.2'] })],
    // @see docs/reference/contract.md#case-114
    [
      'an annotation is added',
      withMetadata({ annotations: { ...base.metadata.annotations, 'example.com/b': '' } }),
    ],
    ['an annotation is changed', withMetadata({ annotations: { 'example.com/a': 'two' } })],
    ['an annotation is emptied', withMetadata({ annotations: { 'example.com/a': '' } })],
    ['an annotation is removed', withMetadata({ annotations: {} })],
    // @see docs/reference/contract.md#case-115
    ['externalTrafficPolicy', withSpec({ externalTrafficPolicy: 'Local' })],
    // @see docs/reference/contract.md#case-116
    ['healthCheckNodePort', withSpec({ healthCheckNodePort: 30123 })],
    // @see docs/reference/contract.md#case-117
    ['a second IP family', withSpec({ ipFamilies: ['IPv4', 'IPv6'] })],

    ['the UID', withMetadata({ uid: 'uid-2' })],
    ['the type', withSpec({ type: 'ClusterIP' })],
    ['the class', withSpec({ loadBalancerClass: 'example.com/mesh' })],
  ])('%s, in either direction', (_what, changed) => {
    expect(needsUpdate(base, changed)).toBe(true);
    expect(needsUpdate(changed, base)).toBe(true);
  });

  it.each<[string, Service]>([
    ['nothing (the resync)', base],
    // @see docs/reference/contract.md#case-118
    ['a label', withMetadata({ labels: { a: 'b' } })],
    ['the selector', withSpec({ selector: { app: 'web' } })],
    ['internalTrafficPolicy', withSpec({ internalTrafficPolicy: 'Local' })],
    ['allocateLoadBalancerNodePorts', withSpec({ allocateLoadBalancerNodePorts: false })],
    ['publishNotReadyAddresses', withSpec({ publishNotReadyAddresses: true })],
    // @see docs/reference/contract.md#case-119
    ['the status', { ...base, status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } } }],

    ['the cluster IP', withSpec({ clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'] })],
    ['ipFamilyPolicy', withSpec({ ipFamilyPolicy: 'PreferDualStack' })],
    ['another IP family of the same number', withSpec({ ipFamilies: ['IPv6'] })],
    ['trafficDistribution', withSpec({ trafficDistribution: 'PreferClose' })],
    ['a finalizer', withMetadata({ finalizers: ['a/b'] })],
    ['deletionTimestamp', withMetadata({ deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['a zero that was absent', withSpec({ healthCheckNodePort: 0, loadBalancerIP: '' })],
  ])('not %s', (_what, changed) => {
    expect(needsUpdate(base, changed)).toBe(false);
    expect(needsUpdate(changed, base)).toBe(false);
  });

  it('not where neither wants a load balancer', () => {
    const old = withSpec({ type: 'ClusterIP' });
    const current = withSpec({ type: 'NodePort', externalTrafficPolicy: 'Local' });
    expect(needsUpdate(old, current)).toBe(false);
  });

  it('is quiet where lists are absent or empty', () => {
    const bare: Service = { spec: { type: 'LoadBalancer' } };
    const empty: Service = {
      metadata: { annotations: {} },
      spec: {
        type: 'LoadBalancer',
        ports: [],
        externalIPs: [],
        loadBalancerSourceRanges: [],
        ipFamilies: [],
      },
    };
    expect(needsUpdate(bare, empty)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Node, ObjectMeta, Service } from '@k8s-ccm/cloud-provider';
import { trimManagedFields, trimNode, trimService } from './trim.ts';

const kept: ObjectMeta = {
  name: 'x',
  namespace: 'ns',
  uid: 'u',
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
  deletionTimestamp: '2026-01-02T00:00:00Z',
  labels: { zone: 'a' },
  annotations: { 'node.beta.kubernetes.io/instance-id': 'i-1' },
  finalizers: ['f'],
};
const metadata: ObjectMeta = {
  ...kept,
  managedFields: [{ manager: 'kubelet' }],
  annotations: { ...kept.annotations, 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
};

describe('trimNode', () => {
  it('keeps what controllers read and drops the rest', () => {
    const spec = { providerID: 'incloud://i-1', taints: [{ key: 'k', effect: 'NoSchedule' }] };
    const addresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
    const conditions = [{ type: 'Ready', status: 'True' }];
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata,
      spec,
      status: { addresses, conditions, images: [{ names: ['big'] }], capacity: { cpu: '4' } },
    };
    expect(trimNode(node)).toEqual({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: kept,
      spec,
      status: { addresses, conditions },
    });
  });

  it('adds nothing to an empty node', () => {
    expect(trimNode({})).toEqual({ status: {} });
  });
});

describe('trimService', () => {
  it('drops only managedFields and the copy that kubectl keeps', () => {
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    const status: Service['status'] = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
    expect(trimService({ apiVersion: 'v1', kind: 'Service', metadata, spec, status })).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: kept,
      spec,
      status,
    });
    expect(trimService({ spec })).toEqual({ spec });
  });
});

describe('trimManagedFields', () => {
  it('drops only managedFields', () => {
    const object = {
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: { x: 'y' }, managedFields: [{ manager: 'kubectl' }] },
      data: { key: 'value' },
    };
    expect(trimManagedFields(object)).toEqual({
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: { x: 'y' } },
      data: { key: 'value' },
    });
  });

  it('returns the same object if there is nothing to drop', () => {
    const object = { metadata: { name: 'a' } };
    expect(trimManagedFields(object)).toBe(object);
  });
});

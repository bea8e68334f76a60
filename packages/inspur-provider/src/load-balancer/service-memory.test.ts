import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { buildService, uidOf } from '../testing/service-fixtures.ts';
import { ServiceMemory } from './service-memory.ts';

const fresh = buildService();
const withFinalizer: Service = {
  ...fresh,
  metadata: { ...fresh.metadata, finalizers: [LoadBalancerCleanupFinalizer] },
};
const withStatus: Service = {
  ...fresh,
  status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
};

describe('ServiceMemory', () => {
  it.each([
    ['neither finalizer nor status', fresh, true],
    ['a finalizer', withFinalizer, false],
    ['a status', withStatus, false],
  ])('knows all of a Service first seen with %s: %p', (_, service, complete) => {
    expect(new ServiceMemory().of(service).complete).toBe(complete);
  });

  it('keeps one record for each UID', () => {
    const memory = new ServiceMemory();
    const record = memory.of(fresh);
    record.slbIds.add('slb-1');
    expect(memory.of(withFinalizer)).toBe(record);
    expect(memory.of(buildService({ uid: uidOf('b') })).slbIds.size).toBe(0);
  });

  it('forgets the record of a clean Service, and remembers that it is clean', () => {
    const memory = new ServiceMemory();
    const record = memory.of(withFinalizer);
    record.slbIds.add('slb-1');
    memory.clean(withFinalizer);
    const again = memory.of(withFinalizer);
    expect(again).not.toBe(record);
    expect(again).toMatchObject({ complete: true, slbIds: new Set() });
  });

  it('remembers a bounded number of clean Services', () => {
    const memory = new ServiceMemory();
    memory.clean(withFinalizer);
    for (let n = 0; n < 1000; n++)
      memory.clean(buildService({ uid: uidOf(String(n).padStart(8, 'b')) }));
    expect(memory.of(withFinalizer).complete).toBe(false);
  });
});

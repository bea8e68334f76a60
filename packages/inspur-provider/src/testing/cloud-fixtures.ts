import type { Listener, Slb } from '@k8s-ccm/inspur-sdk';

/** An SLB as the SDK gives it: `slb-1`, usable, with a private and a public address. */
export function buildSlb(fields: Partial<Slb> = {}): Slb {
  return {
    slbId: 'slb-1',
    slbName: 'slb-1',
    regionId: '',
    scheme: 'internal',
    businessIp: '10.0.0.1',
    vpcId: '',
    vpcName: '',
    subnetId: '',
    eipId: '',
    eipAddress: '203.0.113.1',
    listenerCount: 1,
    slbType: '',
    specificationId: '',
    specificationName: '',
    chargeType: '',
    state: 'active',
    userId: '',
    createdTime: '',
    expiredTime: '',
    ...fields,
  };
}

/** A listener as the SDK gives it: TCP port 80 of a Service on `slb-1`, without a health check. */
export function buildListener(fields: Partial<Listener> = {}): Listener {
  return {
    slbId: 'slb-1',
    listenerId: 'listener-1',
    listenerName: 'k8s_a000000000004000_TCP_80',
    protocol: 'TCP',
    port: 80,
    forwardRule: 'RR',
    healthCheck: {
      enabled: false,
      type: 'tcp',
      port: 0,
      periodSeconds: 30,
      timeoutSeconds: 1,
      maxTries: 1,
      domain: '',
      path: '/',
    },
    certificateId: '',
    ...fields,
  };
}

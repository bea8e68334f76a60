import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';
import { until } from './until.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';

/** Long enough for a change to come while a call is under way. */
const latency = { ms: 150 };

describe('a Service that changes back while ccm follows the first change', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
    ccm = await sandbox.startCcm();
  }, 300_000);
  afterEach(() => sandbox.cloud.setLatency({}));
  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('LoadBalancer, ClusterIP, LoadBalancer: ends with listener, status and finalizer', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.9.1' });
    await sandbox.addService('flip', { slbId });
    await sandbox.addresses('flip', ['10.0.9.1']);
    await sandbox.cloud.setLatency(latency);
    await sandbox.patchService('flip', { spec: { type: 'ClusterIP' } });
    await sandbox.listening(slbId, []);
    // The answer to the deletion is still on its way.
    await sandbox.patchService('flip', { spec: { type: 'LoadBalancer' } });
    await sandbox.listening(slbId, ['TCP/80']);
    await until('status and finalizer are there', async () => {
      const { metadata, status } = await sandbox.service('flip');
      const isHeld = metadata.finalizers?.includes(finalizer);
      const [point] = status.loadBalancer.ingress ?? [];
      return isHeld === true && point?.ip === '10.0.9.1' ? true : undefined;
    });
  });

  it('SLB A, B, A: ends with the status and the listener of A', async () => {
    const a = await sandbox.addSlb({ businessIp: '10.0.9.2' });
    const b = await sandbox.addSlb({ businessIp: '10.0.9.3' });
    await sandbox.addService('back', { slbId: a });
    await sandbox.addresses('back', ['10.0.9.2']);
    await sandbox.cloud.setLatency(latency);
    await sandbox.annotate('back', { [slbIdAnnotation]: b });
    await sandbox.listening(b, ['TCP/80']);
    await sandbox.annotate('back', { [slbIdAnnotation]: a });
    await sandbox.listening(b, []);
    await sandbox.listening(a, ['TCP/80']);
    await sandbox.addresses('back', ['10.0.9.2']);
  });

  it('ends with what its last state asks for after many changes in no time', async () => {
    const a = await sandbox.addSlb({ businessIp: '10.0.9.4' });
    const b = await sandbox.addSlb({ businessIp: '10.0.9.5' });
    await sandbox.addService('restless', { slbId: a });
    for (let round = 0; round < 5; round += 1) {
      await sandbox.patchService('restless', { spec: { type: 'ClusterIP' } });
      await sandbox.annotate('restless', { [slbIdAnnotation]: b });
      await sandbox.patchService('restless', { spec: { type: 'LoadBalancer' } });
      await sandbox.annotate('restless', { [slbIdAnnotation]: a });
    }
    await sandbox.listening(b, []);
    await sandbox.listening(a, ['TCP/80']);
    const { metadata } = await sandbox.addresses('restless', ['10.0.9.4']);
    expect(metadata.finalizers).toContain(finalizer);
  });
});

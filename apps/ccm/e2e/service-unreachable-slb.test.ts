import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const abandon = 'loadbalancer.inspur.com/abandon';

describe('a Service that moves from an SLB that cannot be reached', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let serial = 0;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
    ccm = await sandbox.startCcm();
  }, 300_000);

  afterEach(() => sandbox.cloud.setFaults([]));

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  /** A Service that has moved from an SLB while that could not be reached. */
  async function moved() {
    serial += 1;
    const name = `mover-${serial}`;
    const to = { slbId: `slb-to-${serial}`, businessIp: `10.0.11.${serial}` };
    const from = { slbId: `slb-from-${serial}`, businessIp: `10.0.12.${serial}` };
    for (const slb of [from, to]) await sandbox.addSlb(slb);
    await sandbox.addService(name, { slbId: from.slbId });
    await sandbox.addresses(name, [from.businessIp]);
    await sandbox.serving(from.slbId, ['i-node-a']);
    const [left] = await sandbox.listening(from.slbId, ['TCP/80']);

    await sandbox.cloud.setFaults([{ path: `${from.slbId}\\b`, status: 503 }]);
    await sandbox.annotate(name, { [slbIdAnnotation]: to.slbId });
    await sandbox.addresses(name, [to.businessIp]);
    await sandbox.listening(to.slbId, ['TCP/80']);
    await sandbox.serving(to.slbId, ['i-node-a']);
    const { type, message } = await sandbox.event(name, 'CleanupPending', `"${from.slbId}"`);
    expect({ type, message }).toEqual({
      type: 'Warning',
      message: expect.stringContaining(abandon),
    });
    expect(await sandbox.listeners(from.slbId)).toEqual([left]);
    return { name, from: from.slbId, to: to.slbId, left };
  }

  /** Deletes the Service and waits for the event that says why it stays. */
  async function deletedInVain(name: string, from: string): Promise<void> {
    await sandbox.deleteService(name);
    const { type } = await sandbox.event(name, 'SyncLoadBalancerFailed', `"${from}"`);
    expect(type).toBe('Warning');
    expect((await sandbox.service(name)).metadata.finalizers).toContain(finalizer);
  }

  it('shows its new SLB, and what is left goes once the old one answers again', async () => {
    const { name, from, to } = await moved();
    await sandbox.cloud.setFaults([]);
    await sandbox.listening(from, [], 150_000);
    await sandbox.listening(to, ['TCP/80']);
    await sandbox.deleteService(name);
    await sandbox.serviceGone(name);
    expect(await sandbox.listeners(to)).toEqual([]);
  }, 200_000);

  it('is cleaned from the old SLB by a ccm that was started since, too', async () => {
    const { from, to } = await moved();
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    ccm = await sandbox.startCcm();
    await sandbox.cloud.setFaults([]);
    await sandbox.listening(from, [], 150_000);
    await sandbox.listening(to, ['TCP/80']);
  }, 200_000);

  it('is kept by its finalizer when deleted, until the old SLB answers again', async () => {
    const { name, from, to } = await moved();
    await deletedInVain(name, from);
    expect(await sandbox.listeners(to)).toEqual([]);
    await sandbox.cloud.setFaults([]);
    await sandbox.serviceGone(name);
    expect(await sandbox.listeners(from)).toEqual([]);
  }, 120_000);

  it('is kept by its finalizer when deleted, also by a ccm that was started since', async () => {
    const { name, from } = await moved();
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    ccm = await sandbox.startCcm();
    await deletedInVain(name, from);
    await sandbox.cloud.setFaults([]);
    await sandbox.serviceGone(name);
    expect(await sandbox.listeners(from)).toEqual([]);
  }, 120_000);

  it('is released by the annotation that gives the old SLB up, and by no other ID in it', async () => {
    const { name, from, to, left } = await moved();
    await deletedInVain(name, from);
    const mark = await sandbox.mark();
    await sandbox.annotate(name, { [abandon]: to });
    await sandbox.untilCalled(mark, 'ListListeners', from);
    expect((await sandbox.service(name)).metadata.finalizers).toContain(finalizer);

    await sandbox.annotate(name, { [abandon]: from });
    await sandbox.serviceGone(name);
    expect(await sandbox.listeners(from)).toEqual([left]);
  }, 120_000);
});

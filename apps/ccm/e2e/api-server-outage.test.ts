import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

describe('an outage of the API server', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    ccm = await sandbox.startCcm();
  }, 300_000);
  afterEach(async () => {
    for (const name of ['node-a', 'node-b']) {
      if ((await sandbox.findNode(name)) !== undefined) await sandbox.deleteNode(name);
    }
  });
  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('of ten seconds loses no reconcile, and ccm goes on by itself', async () => {
    await sandbox.addNode('node-a');
    const before = await sandbox.addSlb({ businessIp: '10.0.8.1' });
    await sandbox.addService('steady', { slbId: before });
    await sandbox.addresses('steady', ['10.0.8.1']);

    // The answer is held back until the API server is gone, so every status is still to be written.
    const slbs: string[] = [];
    for (let n = 0; n < 10; n += 1) slbs.push(await sandbox.addSlb({ businessIp: `10.0.9.${n}` }));
    const mark = await sandbox.mark();
    await sandbox.cloud.setFaults([{ operation: 'AddMembers', delayMs: 2_000 }]);
    for (const [n, slbId] of slbs.entries()) await sandbox.addService(`outage-${n}`, { slbId });
    for (const slbId of slbs) await sandbox.untilCalled(mark, 'CreateListener', slbId);
    await sandbox.controlPlane.stopApiServer();
    const stoppedAt = process.hrtime.bigint();
    await sandbox.cloud.setFaults([]);
    await until(
      'ten seconds have passed',
      () => process.hrtime.bigint() - stoppedAt > 10_000_000_000n,
    );
    await sandbox.controlPlane.startApiServer();

    for (const n of slbs.keys()) await sandbox.addresses(`outage-${n}`, [`10.0.9.${n}`]);
    await sandbox.setPorts('steady', [{ port: 80 }, { port: 81 }]);
    await sandbox.listening(before, ['TCP/80', 'TCP/81']);
    await sandbox.addNode('node-b');
    for (const slbId of slbs) {
      await sandbox.serving(slbId, ['i-node-a', 'i-node-b']);
      expect(await sandbox.listeners(slbId)).toHaveLength(1);
    }
  }, 120_000);

  it('with history lost in between makes ccm look anew', async () => {
    await sandbox.addNode('node-a');
    const slbId = await sandbox.addSlb({ businessIp: '10.0.8.2' });
    await sandbox.addService('compacted', { slbId });
    await sandbox.addresses('compacted', ['10.0.8.2']);
    await sandbox.controlPlane.compact();
    await sandbox.controlPlane.restartApiServer();
    await sandbox.addNode('node-b');
    await sandbox.serving(slbId, ['i-node-a', 'i-node-b']);
    await sandbox.deleteService('compacted');
    await sandbox.serviceGone('compacted');
    expect(await sandbox.listeners(slbId)).toEqual([]);
  }, 120_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';

describe('a Service whose SLB annotation changes', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
    ccm = await sandbox.startCcm();
  }, 300_000);

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('gets its listeners on the new SLB before the old ones go', async () => {
    const [from, to] = [
      await sandbox.addSlb({ businessIp: '10.0.3.1' }),
      await sandbox.addSlb({ businessIp: '10.0.3.2' }),
    ];
    await sandbox.addService('mover', { slbId: from });
    await sandbox.addresses('mover', ['10.0.3.1']);
    const mark = await sandbox.mark();

    await sandbox.annotate('mover', { [slbIdAnnotation]: to });
    await sandbox.addresses('mover', ['10.0.3.2']);
    await sandbox.listening(to, ['TCP/80']);
    expect(await sandbox.listeners(from)).toEqual([]);
    expect(await sandbox.changesSince(mark)).toEqual([
      'CreateListener',
      'AddMembers',
      'DeleteListener',
    ]);
  });

  it('is moved also when the change was made while ccm was down', async () => {
    const [from, to] = [
      await sandbox.addSlb({ businessIp: '10.0.3.3' }),
      await sandbox.addSlb({ businessIp: '10.0.3.4' }),
    ];
    await sandbox.addService('mover-down', { slbId: from });
    await sandbox.addresses('mover-down', ['10.0.3.3']);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });

    await sandbox.annotate('mover-down', { [slbIdAnnotation]: to });
    ccm = await sandbox.startCcm();
    await sandbox.addresses('mover-down', ['10.0.3.4']);
    await sandbox.listening(to, ['TCP/80']);
    expect(await sandbox.listeners(from)).toEqual([]);
  });

  it('loses listeners and status when the annotation is removed', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.3.5' });
    await sandbox.addService('removed', { slbId });
    await sandbox.addresses('removed', ['10.0.3.5']);
    await sandbox.annotate('removed', { [slbIdAnnotation]: null });
    await sandbox.addresses('removed', []);
    await sandbox.listening(slbId, []);
  });

  it('costs no changing call when ccm starts again with nothing to do', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.3.6' });
    await sandbox.addService('steady', { slbId });
    await sandbox.addresses('steady', ['10.0.3.6']);
    await sandbox.listening(slbId, ['TCP/80']);
    await ccm.stop();
    const mark = await sandbox.mark();

    ccm = await sandbox.startCcm();
    await sandbox.untilCalled(mark, 'ListMembers', slbId);
    // A new Service goes through the same queue, so the ones of before have been looked at.
    const last = await sandbox.addSlb({ businessIp: '10.0.3.7' });
    const changes = await sandbox.changesSince(mark);
    await sandbox.addService('after-steady', { slbId: last });
    await sandbox.addresses('after-steady', ['10.0.3.7']);
    expect(changes).toEqual([]);
    expect((await sandbox.service('steady')).status.loadBalancer.ingress).toEqual([
      { ip: '10.0.3.6', ipMode: 'VIP' },
    ]);
  });
});

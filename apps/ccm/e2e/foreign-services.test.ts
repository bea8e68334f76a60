import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { addForeignService, publishAddress } from './foreign-service.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';
import { startSettledCcm } from './settled-ccm.ts';
import { until } from './until.ts';

describe('next to another implementation of load balancers, ccm', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
  }, 300_000);
  afterEach(() => ccm.stop());
  afterAll(() => sandbox.stop(), 60_000);

  async function restart(): Promise<void> {
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    ccm = await startSettledCcm(sandbox);
  }

  it('writes nothing to a Service that names no SLB: at a start, when Nodes come and go, and at a restart', async () => {
    const before = await addForeignService(sandbox, 'metallb');
    ccm = await startSettledCcm(sandbox);
    const created = await addForeignService(sandbox, 'kube-vip');
    const slbId = await sandbox.addSlb({ businessIp: '10.0.18.1' });
    await sandbox.addService('ours', { slbId });
    await sandbox.addresses('ours', ['10.0.18.1']);
    await sandbox.addNode('node-b');
    await sandbox.serving(slbId, ['i-node-a', 'i-node-b']);
    await sandbox.deleteNode('node-b');
    await sandbox.serving(slbId, ['i-node-a']);
    await restart();
    for (const service of [before, created]) {
      expect(await sandbox.service(service.metadata.name)).toEqual(service);
      expect(await sandbox.events(service.metadata.name)).toEqual([]);
    }
  });

  it('removes what is ours of a Service that names no SLB any more, and then keeps its hands off', async () => {
    ccm = await startSettledCcm(sandbox);
    const slbId = await sandbox.addSlb({ businessIp: '10.0.18.2' });
    await sandbox.addService('handed-over', { slbId });
    await sandbox.addresses('handed-over', ['10.0.18.2']);
    await sandbox.annotate('handed-over', { [slbIdAnnotation]: null });
    await sandbox.listening(slbId, []);
    await sandbox.addresses('handed-over', []);
    await until('the finalizer is gone', async () => {
      return (await sandbox.service('handed-over')).metadata.finalizers === undefined;
    });

    const published = await publishAddress(sandbox, 'handed-over', '198.51.100.8');
    await restart();
    expect(await sandbox.service('handed-over')).toEqual(published);
  });

  it('serves a Service of another implementation as soon as it names an SLB', async () => {
    ccm = await startSettledCcm(sandbox);
    await addForeignService(sandbox, 'taken-over');
    const slbId = await sandbox.addSlb({ businessIp: '10.0.18.3' });
    await sandbox.annotate('taken-over', { [slbIdAnnotation]: slbId });
    await sandbox.addresses('taken-over', ['10.0.18.3']);
    await sandbox.listening(slbId, ['TCP/80']);
  });
});

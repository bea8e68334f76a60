import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { clusterWarnings } from './cluster-warnings.ts';
import { MemberWatch } from './member-watch.ts';
import { Sandbox } from './sandbox.ts';

describe('a Node whose kubelet was given --node-ip', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addServers(['i-node-a', 'i-node-b', 'i-node-c']);
    await sandbox.addNode('node-a');
    await sandbox.addNode('node-b');
    ccm = await sandbox.startCcm();
  }, 300_000);

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('is no host until it is initialized, holds up no other Node, and joins without any Warning', async () => {
    const [before, meanwhile] = [
      await sandbox.addSlb({ businessIp: '10.0.7.1' }),
      await sandbox.addSlb({ businessIp: '10.0.7.2' }),
    ];
    await sandbox.addService('before', { slbId: before });
    await sandbox.addresses('before', ['10.0.7.1']);
    await sandbox.serving(before, ['i-node-a', 'i-node-b']);
    using watch = new MemberWatch(sandbox.emulator);
    const mark = await sandbox.mark();

    // The cloud does not list its server yet, so its initialization has to wait.
    await sandbox.addNode('joining', {
      providerID: '',
      ip: '192.168.7.9',
      uninitialized: true,
      annotations: { 'alpha.kubernetes.io/provided-node-ip': '192.168.7.9' },
    });
    await sandbox.addService('meanwhile', { slbId: meanwhile });
    await sandbox.addresses('meanwhile', ['10.0.7.2']);
    await sandbox.addNode('node-c');
    for (const slbId of [before, meanwhile]) {
      await sandbox.serving(slbId, ['i-node-a', 'i-node-b', 'i-node-c']);
    }
    await sandbox.deleteNode('node-b');
    for (const slbId of [before, meanwhile]) {
      await sandbox.serving(slbId, ['i-node-a', 'i-node-c']);
    }
    expect((await sandbox.node('joining')).spec.providerID).toBeUndefined();

    await sandbox.addServer('i-joining', { serverName: 'joining', privateIps: ['192.168.7.9'] });
    for (const slbId of [before, meanwhile]) {
      await sandbox.serving(slbId, ['i-joining', 'i-node-a', 'i-node-c']);
    }
    const { calls } = await sandbox.cloud.calls(mark);
    const refused = calls.filter(({ method, status }) => method !== 'GET' && status >= 400);
    expect(refused).toEqual([]);
    expect(watch.lapses).toEqual([]);
    expect(await clusterWarnings(sandbox.kube)).toEqual([]);
  });
});

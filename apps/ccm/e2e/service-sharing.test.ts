import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { ownName } from './listener-names.ts';
import { Sandbox } from './sandbox.ts';

describe('two Services on one SLB', () => {
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

  it('each have their own listeners and take only those along', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.4.1' });
    await sandbox.addService('first', { slbId, ports: [{ port: 80 }] });
    await sandbox.addService('second', { slbId, ports: [{ port: 81 }] });
    await sandbox.addresses('first', ['10.0.4.1']);
    await sandbox.addresses('second', ['10.0.4.1']);
    const [, second] = await sandbox.listening(slbId, ['TCP/80', 'TCP/81']);

    await sandbox.deleteService('first');
    await sandbox.serviceGone('first');
    expect(await sandbox.listeners(slbId)).toEqual([second]);
    await sandbox.serving(slbId, ['i-node-a']);
  });

  it('share a port number in TCP and UDP', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.4.2' });
    await sandbox.addService('dns-tcp', { slbId, ports: [{ port: 53 }] });
    await sandbox.addService('dns-udp', { slbId, ports: [{ port: 53, protocol: 'UDP' }] });
    await sandbox.addresses('dns-tcp', ['10.0.4.2']);
    await sandbox.addresses('dns-udp', ['10.0.4.2']);
    await sandbox.listening(slbId, ['TCP/53', 'UDP/53']);
  });

  it('that want the same port: the second is told who holds it, and served once it is free', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.4.3' });
    const holder = await sandbox.addService('holder', { slbId });
    await sandbox.addresses('holder', ['10.0.4.3']);
    const [before] = await sandbox.listening(slbId, ['TCP/80']);

    await sandbox.addService('latecomer', { slbId });
    const name = ownName(holder.metadata.uid, 'TCP', 80);
    const event = await sandbox.event('latecomer', 'SyncLoadBalancerFailed', name);
    expect(event).toMatchObject({ type: 'Warning' });
    expect(event.message).toContain('80');
    expect(await sandbox.listeners(slbId)).toEqual([before]);

    await sandbox.deleteService('holder');
    await sandbox.serviceGone('holder');
    await sandbox.addresses('latecomer', ['10.0.4.3']);
  });

  it('leave a port alone that a person has taken by hand', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.4.4' });
    await sandbox.cloud.put({
      listeners: [
        { slbId, listenerId: 'by-hand-1', listenerName: 'by-hand', protocol: 'TCP', port: 80 },
      ],
    });
    const before = await sandbox.listeners(slbId);
    await sandbox.addService('clash', { slbId });
    await sandbox.event('clash', 'SyncLoadBalancerFailed', 'by-hand');
    expect(await sandbox.listeners(slbId)).toEqual(before);
    await sandbox.deleteService('clash');
    await sandbox.serviceGone('clash');
    expect(await sandbox.listeners(slbId)).toEqual(before);
  });
});

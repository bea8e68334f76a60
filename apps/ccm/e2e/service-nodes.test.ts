import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';

describe('the members of a listener', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    ccm = await sandbox.startCcm();
  }, 300_000);

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('are none without nodes, which a Warning says', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.2.1' });
    await sandbox.addService('lonely', { slbId });
    await sandbox.addresses('lonely', ['10.0.2.1']);
    const [listener] = await sandbox.listening(slbId, ['TCP/80']);
    expect(await sandbox.members(listener?.listenerId ?? '')).toEqual([]);
    expect(await sandbox.event('lonely', 'UnAvailableLoadBalancer')).toMatchObject({
      type: 'Warning',
      message: 'There are no available nodes for LoadBalancer',
    });
    await sandbox.deleteService('lonely');
    await sandbox.serviceGone('lonely');
  });

  it('follow nodes that come, go, and are excluded by label', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.2.2' });
    await sandbox.addNode('follow-a');
    await sandbox.addService('follow', { slbId });
    await sandbox.addresses('follow', ['10.0.2.2']);
    const [listener] = await sandbox.listening(slbId, ['TCP/80']);
    await sandbox.serving(slbId, ['i-follow-a']);

    await sandbox.addNode('follow-b');
    await sandbox.serving(slbId, ['i-follow-a', 'i-follow-b']);
    expect(await sandbox.event('follow', 'UpdatedLoadBalancer')).toMatchObject({
      type: 'Normal',
      message: 'Updated load balancer with new hosts',
    });

    await sandbox.kube.patch('/api/v1/nodes/follow-a', {
      metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } },
    });
    await sandbox.serving(slbId, ['i-follow-b']);

    await sandbox.kube.patch('/api/v1/nodes/follow-a', {
      metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': null } },
    });
    await sandbox.serving(slbId, ['i-follow-a', 'i-follow-b']);

    await sandbox.deleteNode('follow-b');
    await sandbox.serving(slbId, ['i-follow-a']);
    await sandbox.deleteNode('follow-a');
    await sandbox.serving(slbId, []);
    expect(await sandbox.listeners(slbId)).toEqual([listener]);
    await sandbox.event('follow', 'UnAvailableLoadBalancer');
  });

  it('are those of nodes that have an address, also where it comes later', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.2.4' });
    await sandbox.addNode('late', { ip: '' });
    await sandbox.addService('waiting', { slbId });
    await sandbox.addresses('waiting', ['10.0.2.4']);
    await sandbox.serving(slbId, []);
    await sandbox.event('waiting', 'NodeSkipped', 'late');
    await sandbox.kube.patch('/api/v1/nodes/late/status', {
      status: { addresses: [{ type: 'InternalIP', address: '192.168.4.1' }] },
    });
    await sandbox.serving(slbId, ['i-late']);
    await sandbox.deleteNode('late');
  });

  it('are known by provider ID, else by the instance annotation, else by a server whose ID or name is the name of the node', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.2.3' });
    await sandbox.addServers(['i-1', 'i-2']);
    await sandbox.addServer('i-3', { serverName: 'by-name', privateIps: ['192.168.3.3'] });
    await sandbox.addServer('by-id');
    await sandbox.addNode('by-provider', { providerID: 'incloud://i-1', ip: '192.168.3.1' });
    await sandbox.addNode('by-annotation', {
      providerID: '',
      ip: '192.168.3.2',
      annotations: { 'node.beta.kubernetes.io/instance-id': 'i-2' },
    });
    await sandbox.addNode('by-name', { providerID: '', ip: '192.168.3.3' });
    await sandbox.addNode('by-id', { providerID: '', ip: '192.168.3.4' });
    await sandbox.addNode('by-nothing', { providerID: '', ip: '192.168.3.5' });
    await sandbox.addService('identity', { slbId });
    await sandbox.addresses('identity', ['10.0.2.3']);
    const [listener] = await sandbox.listening(slbId, ['TCP/80']);
    const members = await sandbox.members(listener?.listenerId ?? '');
    expect(members.map(({ serverId, serverIp }) => `${serverId} ${serverIp}`)).toEqual([
      'by-id 192.168.3.4',
      'i-1 192.168.3.1',
      'i-2 192.168.3.2',
      'i-3 192.168.3.3',
    ]);
    await sandbox.event('identity', 'NodeSkipped', 'by-nothing');
  });
});

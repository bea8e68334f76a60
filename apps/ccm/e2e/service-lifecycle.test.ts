import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { ownName } from './listener-names.ts';
import { Sandbox } from './sandbox.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';

describe('a Service of type LoadBalancer', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a', { ip: '192.168.1.1' });
    await sandbox.addNode('node-b', { ip: '192.168.1.2' });
    ccm = await sandbox.startCcm();
  }, 300_000);

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('gets a listener per port, members of both nodes, both addresses, finalizer and events', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.1.1', eipAddress: '203.0.113.1' });
    const created = await sandbox.addService('web', {
      slbId,
      ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }],
    });
    const service = await sandbox.addresses('web', ['10.0.1.1', '203.0.113.1']);
    expect(service.metadata.finalizers).toContain(finalizer);

    const listeners = await sandbox.listening(slbId, ['UDP/53', 'TCP/80']);
    const { uid } = created.metadata;
    expect(listeners.map(({ listenerName }) => listenerName)).toEqual([
      ownName(uid, 'UDP', 53),
      ownName(uid, 'TCP', 80),
    ]);
    const nodePorts = new Map(service.spec.ports.map(({ port, nodePort }) => [port, nodePort]));
    for (const { listenerId, port } of listeners) {
      const nodePort = nodePorts.get(port);
      expect(await sandbox.members(listenerId)).toMatchObject([
        { serverId: 'i-node-a', serverIp: '192.168.1.1', port: nodePort, weight: 10 },
        { serverId: 'i-node-b', serverIp: '192.168.1.2', port: nodePort, weight: 10 },
      ]);
    }
    expect(await sandbox.event('web', 'EnsuringLoadBalancer')).toMatchObject({
      type: 'Normal',
      message: 'Ensuring load balancer',
    });
    expect(await sandbox.event('web', 'EnsuredLoadBalancer')).toMatchObject({
      type: 'Normal',
      message: 'Ensured load balancer',
    });
  });

  it('changes only the listener whose port was added, removed or given another protocol', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.1.2' });
    await sandbox.addService('ports', { slbId, ports: [{ port: 80 }] });
    await sandbox.addresses('ports', ['10.0.1.2']);
    const [http] = await sandbox.listening(slbId, ['TCP/80']);

    await sandbox.setPorts('ports', [{ port: 80 }, { port: 443 }]);
    const [, https] = await sandbox.listening(slbId, ['TCP/80', 'TCP/443']);
    await sandbox.serving(slbId, ['i-node-a', 'i-node-b']);
    const mark = await sandbox.mark();

    await sandbox.setPorts('ports', [{ port: 80 }, { port: 443, protocol: 'UDP' }]);
    const afterwards = await sandbox.listening(slbId, ['TCP/80', 'UDP/443']);
    await sandbox.serving(slbId, ['i-node-a', 'i-node-b']);
    expect(afterwards[0]?.listenerId).toBe(http?.listenerId);
    expect(afterwards[1]?.listenerId).not.toBe(https?.listenerId);
    expect((await sandbox.changesSince(mark)).toSorted()).toEqual([
      'AddMembers',
      'CreateListener',
      'DeleteListener',
    ]);

    await sandbox.setPorts('ports', [{ port: 80 }]);
    expect(await sandbox.listening(slbId, ['TCP/80'])).toEqual([http]);
  });

  it('is changed in place when an annotation changes', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.1.3' });
    await sandbox.addService('annotated', { slbId });
    await sandbox.addresses('annotated', ['10.0.1.3']);
    const [before] = await sandbox.listening(slbId, ['TCP/80']);
    expect(before).toMatchObject({ forwardRule: 'RR', isHealthCheck: '0' });
    const mark = await sandbox.mark();

    await sandbox.annotate('annotated', {
      'loadbalancer.inspur.com/forward-rule': 'WRR',
      'loadbalancer.inspur.com/is-healthcheck': 'true',
    });
    const after = await sandbox.untilListener(slbId, (listener) => listener.forwardRule === 'WRR');
    expect(after).toMatchObject({ listenerId: before?.listenerId, isHealthCheck: '1' });
    expect(await sandbox.changesSince(mark)).toEqual(['UpdateListener']);
  });

  it('loses its listeners when deleted; the SLB and the listeners of others stay', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.1.4' });
    await sandbox.cloud.put({
      listeners: [
        { slbId, listenerId: 'stranger', listenerName: 'by-hand', protocol: 'TCP', port: 9000 },
      ],
    });
    await sandbox.addService('deleted', { slbId });
    await sandbox.addresses('deleted', ['10.0.1.4']);
    await sandbox.listening(slbId, ['TCP/80', 'TCP/9000']);
    const [, stranger] = await sandbox.listeners(slbId);

    await sandbox.deleteService('deleted');
    await sandbox.serviceGone('deleted');
    expect(await sandbox.listeners(slbId)).toEqual([stranger]);
    expect((await sandbox.cloud.state()).slbs.map((slb) => slb.slbId)).toContain(slbId);
    await sandbox.event('deleted', 'DeletingLoadBalancer');
    await sandbox.event('deleted', 'DeletedLoadBalancer');
  });

  it('is cleaned up when its type changes, and made again when it changes back', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.1.5' });
    await sandbox.addService('type', { slbId });
    await sandbox.addresses('type', ['10.0.1.5']);

    await sandbox.patchService('type', { spec: { type: 'ClusterIP' } });
    await sandbox.listening(slbId, []);
    const away = await sandbox.addresses('type', []);
    expect(away.metadata.finalizers ?? []).not.toContain(finalizer);

    await sandbox.patchService('type', { spec: { type: 'LoadBalancer' } });
    const back = await sandbox.addresses('type', ['10.0.1.5']);
    expect(back.metadata.finalizers).toContain(finalizer);
    await sandbox.listening(slbId, ['TCP/80']);
  });

  it('is left alone when it has a loadBalancerClass', async () => {
    const slbId = await sandbox.addSlb();
    const mark = await sandbox.mark();
    await sandbox.addService('classy', { slbId, spec: { loadBalancerClass: 'example.com/other' } });
    // A later Service of ours is served, so the one with a class has been passed over.
    const ours = await sandbox.addSlb({ businessIp: '10.0.1.6' });
    await sandbox.addService('after-classy', { slbId: ours });
    await sandbox.addresses('after-classy', ['10.0.1.6']);

    const service = await sandbox.service('classy');
    expect(service.metadata.finalizers ?? []).toEqual([]);
    expect(service.status.loadBalancer).toEqual({});
    expect(await sandbox.events('classy')).toEqual([]);
    const { calls } = await sandbox.cloud.calls(mark);
    expect(calls.filter(({ path }) => path.includes(slbId))).toEqual([]);
  });
});

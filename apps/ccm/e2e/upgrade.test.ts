import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { ServiceObject } from './cluster-objects.ts';
import { addForeignService, publishAddress } from './foreign-service.ts';
import { nameOf01, ownName } from './listener-names.ts';
import { MemberWatch } from './member-watch.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';
import { startSettledCcm } from './settled-ccm.ts';
import { until } from './until.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const forwardRule = 'loadbalancer.inspur.com/forward-rule';

/** A Service of version 0.1, and where it is in the cloud. */
interface ServiceOf01 {
  readonly object: ServiceObject;
  readonly name: string;
  readonly uid: string;
  readonly slbId: string;
  readonly listenerId: string;
}

describe('the first start after version 0.1', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let serial = 0;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a', { ip: '192.168.16.1' });
  }, 300_000);
  afterEach(async () => {
    await ccm.stop();
    await sandbox.cloud.setFaults([]);
  });
  afterAll(() => sandbox.stop(), 60_000);

  /**
   * Makes a Service and its listener as version 0.1 left them. On the same SLB, another Service has a
   * listener under a name of version 0.1; on another SLB, a Service of another cluster has the same
   * first 8 digits.
   */
  async function serviceOf01({ isPublished = true } = {}): Promise<ServiceOf01> {
    serial += 1;
    const name = `web-${serial}`;
    const businessIp = `10.0.17.${serial}`;
    const slbId = await sandbox.addSlb({ businessIp });
    const elsewhere = await sandbox.addSlb();
    const { metadata, spec } = await sandbox.addService(name, { slbId });
    const { uid } = metadata;
    const held = await sandbox.patchService(name, { metadata: { finalizers: [finalizer] } });
    const object = isPublished ? await publishAddress(sandbox, name, businessIp) : held;
    const listenerId = `seeded-own-${serial}`;
    const stranger = { listenerName: 'k8s_00000000_TCP_81', protocol: 'TCP', port: 81 };
    const own = {
      listenerName: nameOf01(uid, 'TCP', 80),
      protocol: 'TCP',
      port: 80,
      forwardRule: 'RR',
    };
    await sandbox.cloud.put({
      listeners: [
        { ...own, slbId, listenerId },
        { ...own, slbId: elsewhere, listenerId: `seeded-twin-${serial}` },
        { ...stranger, slbId, listenerId: `seeded-stranger-${serial}` },
      ],
      members: [
        {
          backendId: `backend-${serial}`,
          listenerId,
          serverId: 'i-node-a',
          serverIp: '192.168.16.1',
          port: spec.ports[0]?.nodePort ?? 0,
          weight: 10,
        },
      ],
    });
    return { object, name, uid, slbId, listenerId };
  }

  /** What was seeded beside the listener of the Service. */
  async function othersThan({ listenerId }: ServiceOf01): Promise<readonly object[]> {
    const { listeners } = await sandbox.cloud.state();
    return listeners.filter(
      (found) => found.listenerId.startsWith('seeded-') && found.listenerId !== listenerId,
    );
  }

  it('changes nothing of our Services, and a listener gets its new name with its next change', async () => {
    const service = await serviceOf01();
    const { listenerId, name, object, slbId, uid } = service;
    const [before, others] = [await sandbox.listeners(slbId), await othersThan(service)];
    using watch = new MemberWatch(sandbox.emulator);
    ccm = await startSettledCcm(sandbox);
    expect(await sandbox.service(name)).toEqual(object);
    expect(await sandbox.listeners(slbId)).toEqual(before);

    await sandbox.addNode('node-b');
    await sandbox.untilMembers(listenerId, ['i-node-a', 'i-node-b']);
    await sandbox.deleteNode('node-b');
    await sandbox.untilMembers(listenerId, ['i-node-a']);
    expect(await sandbox.listeners(slbId)).toEqual(before);

    await sandbox.annotate(name, { [forwardRule]: 'WRR' });
    const renamed = await sandbox.untilListener(slbId, (found) => found.forwardRule === 'WRR');
    expect(renamed).toMatchObject({ listenerId, listenerName: ownName(uid, 'TCP', 80) });
    expect(watch.lapses).toEqual([]);
    expect(await othersThan(service)).toEqual(others);
  });

  it.each([
    { name: 'has its address', isPublished: true },
    { name: 'did not get its address before version 0.1 ended', isPublished: false },
  ])(
    'finds the listeners of a deleted Service that $name, and leaves a twin of another cluster alone',
    async ({ isPublished }) => {
      const service = await serviceOf01({ isPublished });
      const others = await othersThan(service);
      await sandbox.deleteService(service.name);
      ccm = await startSettledCcm(sandbox);
      await sandbox.serviceGone(service.name);
      await sandbox.listening(service.slbId, ['TCP/81']);
      expect(await othersThan(service)).toEqual(others);
    },
  );

  it('finds the listeners on the SLB that a Service had, and leaves a twin of another cluster alone', async () => {
    const service = await serviceOf01();
    const others = await othersThan(service);
    const to = await sandbox.addSlb({ businessIp: '10.0.18.9' });
    await sandbox.annotate(service.name, { [slbIdAnnotation]: to });
    ccm = await startSettledCcm(sandbox);
    await sandbox.addresses(service.name, ['10.0.18.9']);
    const [listener] = await sandbox.listening(to, ['TCP/80']);
    expect(listener?.listenerName).toBe(ownName(service.uid, 'TCP', 80));
    await sandbox.listening(service.slbId, ['TCP/81']);
    expect(await othersThan(service)).toEqual(others);
  });

  it('takes the finalizer off a foreign Service, whose status stays, and then never writes to it', async () => {
    const foreign = 'example.com/keep';
    const before = await addForeignService(sandbox, 'metallb', [finalizer, foreign]);
    ccm = await startSettledCcm(sandbox);
    const after = await untilReleased('metallb');
    expect(after.metadata.finalizers).toEqual([foreign]);
    expect(after.status).toEqual(before.status);
    expect(after.spec).toEqual(before.spec);

    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    ccm = await startSettledCcm(sandbox);
    expect(await sandbox.service('metallb')).toEqual(after);
    expect(await sandbox.events('metallb')).toEqual([]);
  });

  it('keeps the finalizer of a foreign Service until the cloud proves that nothing of it is ours', async () => {
    const before = await addForeignService(sandbox, 'kube-vip', [finalizer]);
    await sandbox.cloud.setFaults([{ operation: 'ListLoadBalancers', status: 503 }]);
    ccm = await sandbox.startCcm();
    await sandbox.untilLogged(ccm, 'service sync failed', 'default/kube-vip');
    expect(await sandbox.service('kube-vip')).toEqual(before);
    await sandbox.cloud.setFaults([]);
    const after = await untilReleased('kube-vip');
    expect(after.status).toEqual(before.status);
    expect(await sandbox.events('kube-vip')).toEqual([]);
  });

  it('lets a foreign Service go that was deleted while it had the finalizer', async () => {
    await addForeignService(sandbox, 'deleted', [finalizer]);
    await sandbox.deleteService('deleted');
    ccm = await startSettledCcm(sandbox);
    await sandbox.serviceGone('deleted');
  });

  function untilReleased(name: string): Promise<ServiceObject> {
    return until(`the finalizer of ${name} is gone`, async () => {
      const service = await sandbox.service(name);
      return !(service.metadata.finalizers ?? []).includes(finalizer) && service;
    });
  }
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { ServiceObject } from './cluster-objects.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';
import { until } from './until.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const theirs = [{ ip: '192.0.2.1', ipMode: 'VIP' }];

describe('Services of type LoadBalancer that name no SLB', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let barriers = 0;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
  }, 300_000);
  afterEach(async () => {
    await ccm.stop();
  });
  afterAll(() => sandbox.stop(), 60_000);

  /** The status that another implementation, such as MetalLB, writes. */
  function showTheirs(name: string): Promise<ServiceObject> {
    const path = `/api/v1/namespaces/default/services/${name}/status`;
    return sandbox.kube.patch<ServiceObject>(path, {
      status: { loadBalancer: { ingress: theirs } },
    });
  }

  function addFinalizer(name: string): Promise<ServiceObject> {
    return sandbox.patchService(name, { metadata: { finalizers: [finalizer] } });
  }

  /** Returns once a Service that came last has gone through the same queue. */
  async function settled(): Promise<void> {
    barriers += 1;
    const address = `10.0.8.${barriers}`;
    const slbId = await sandbox.addSlb({ businessIp: address });
    await sandbox.addService(`barrier-${barriers}`, { slbId });
    await sandbox.addresses(`barrier-${barriers}`, [address]);
  }

  it('are not written to, neither at a start nor when a node comes', async () => {
    await sandbox.addService('metal');
    const before = await showTheirs('metal');
    for (const start of ['first', 'second']) {
      ccm = await sandbox.startCcm();
      await settled();
      await sandbox.addNode(`node-${start}`);
      await settled();
      await ccm.stop();
    }
    expect(await sandbox.service('metal')).toEqual(before);
    expect(await sandbox.events('metal')).toEqual([]);
  });

  it('lose the finalizer of version 0.1, and keep the status of another implementation', async () => {
    await sandbox.addService('upgraded');
    await addFinalizer('upgraded');
    await showTheirs('upgraded');
    ccm = await sandbox.startCcm();
    await until('the finalizer is gone', async () => {
      const { metadata } = await sandbox.service('upgraded');
      return metadata.finalizers === undefined ? true : undefined;
    });
    await settled();
    const after = await sandbox.service('upgraded');
    expect(after.status.loadBalancer.ingress).toEqual(theirs);
    await ccm.stop();
    ccm = await sandbox.startCcm();
    await settled();
    expect(await sandbox.service('upgraded')).toEqual(after);
    expect(await sandbox.events('upgraded')).toEqual([]);
  });

  it('lose what is ours once they name none any more, while ccm was down', async () => {
    ccm = await sandbox.startCcm();
    const slbId = await sandbox.addSlb({ businessIp: '10.0.8.200' });
    await sandbox.addService('left', { slbId });
    await sandbox.addresses('left', ['10.0.8.200']);
    await ccm.stop();
    await sandbox.annotate('left', { [slbIdAnnotation]: null });
    await showTheirs('left');
    ccm = await sandbox.startCcm();
    await sandbox.listening(slbId, []);
    const { status } = await until('the finalizer is gone', async () => {
      const service = await sandbox.service('left');
      return service.metadata.finalizers === undefined ? service : undefined;
    });
    expect(status.loadBalancer.ingress).toEqual(theirs);
  });
});

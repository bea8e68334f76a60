import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';

describe('a Service that cannot be served', () => {
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

  it.each([
    { name: 'unknown', slb: undefined, says: 'slb-unknown' },
    {
      name: 'foreign',
      slb: { slbId: 'slb-foreign', userId: 'somebody-else' },
      says: 'slb-foreign',
    },
  ])(
    'names the SLB ($name), tries again with backoff, and can be deleted',
    async ({ name, slb, says }) => {
      if (slb !== undefined) await sandbox.addSlb(slb);
      const mark = await sandbox.mark();
      await sandbox.addService(name, { slbId: says });
      const event = await sandbox.event(name, 'SyncLoadBalancerFailed', says);
      expect(event.type).toBe('Warning');
      // The second try comes after the first step of the backoff, 5 s.
      await sandbox.untilCalled(mark, 'GetLoadBalancer', says, 2);
      expect(await sandbox.changesSince(mark)).toEqual([]);
      await sandbox.deleteService(name);
      await sandbox.serviceGone(name);
    },
  );

  it('for a bad annotation is told annotation, value and what is allowed; nothing changes in the cloud', async () => {
    const slbId = await sandbox.addSlb();
    const mark = await sandbox.mark();
    await sandbox.addService('bad', {
      slbId,
      annotations: { 'loadbalancer.inspur.com/healthcheck-period': 'often' },
    });
    const event = await sandbox.event(
      'bad',
      'SyncLoadBalancerFailed',
      'loadbalancer.inspur.com/healthcheck-period',
    );
    expect(event).toMatchObject({ type: 'Warning' });
    expect(event.message).toContain('"often"');
    expect(event.message).toMatch(/seconds|integer|whole number/);
    expect(await sandbox.changesSince(mark)).toEqual([]);

    await sandbox.annotate('bad', { 'loadbalancer.inspur.com/healthcheck-period': '15' });
    await sandbox.listening(slbId, ['TCP/80']);
  });

  it('for a misspelt annotation is told what was meant, and served', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.5.1' });
    await sandbox.addService('misspelt', {
      slbId,
      annotations: { 'loadbalancer.inspur.com/forward-rul': 'WRR' },
    });
    await sandbox.addresses('misspelt', ['10.0.5.1']);
    const events = await sandbox.untilEvent('misspelt', (event) =>
      event.message.includes('loadbalancer.inspur.com/forward-rule'),
    );
    expect(events.type).toBe('Warning');
    expect(events.message).toContain('loadbalancer.inspur.com/forward-rul"');
  });

  it('is served as soon as the annotation names an SLB that exists', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.5.2' });
    await sandbox.addService('mended', { slbId: 'slb-nowhere' });
    await sandbox.event('mended', 'SyncLoadBalancerFailed', 'slb-nowhere');
    await sandbox.annotate('mended', { [slbIdAnnotation]: slbId });
    await sandbox.addresses('mended', ['10.0.5.2']);
  });
});

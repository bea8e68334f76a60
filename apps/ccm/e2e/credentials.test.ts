import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';

describe('the cloud’s credentials', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
  }, 300_000);
  afterEach(async () => {
    await sandbox.cloud.setFaults([]);
    await ccm.stop();
  });
  afterAll(() => sandbox.stop(), 60_000);

  async function tokensSince(mark: number): Promise<number> {
    const { calls } = await sandbox.cloud.calls(mark);
    return calls.filter(({ operation }) => operation === 'GetToken').length;
  }

  it('are exchanged once for many Services, and once more when the token has expired', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.1' });
    const start = await sandbox.mark();
    ccm = await sandbox.startCcm();
    for (const port of [80, 81, 82]) {
      await sandbox.addService(`expiry-${port}`, { slbId, ports: [{ port }] });
      await sandbox.addresses(`expiry-${port}`, ['10.0.6.1']);
    }
    expect(await tokensSince(start)).toBe(1);

    await sandbox.cloud.expireTokens();
    const mark = await sandbox.mark();
    await sandbox.addService('expiry-83', { slbId, ports: [{ port: 83 }] });
    await sandbox.addService('expiry-84', { slbId, ports: [{ port: 84 }] });
    await sandbox.addresses('expiry-83', ['10.0.6.1']);
    await sandbox.addresses('expiry-84', ['10.0.6.1']);
    expect(await tokensSince(mark)).toBe(1);
    await sandbox.listening(slbId, ['TCP/80', 'TCP/81', 'TCP/82', 'TCP/83', 'TCP/84']);
    expect((await sandbox.events('expiry-83')).map(({ type }) => type)).not.toContain('Warning');
  });

  it('are refreshed once after a single 401', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.2' });
    ccm = await sandbox.startCcm();
    await sandbox.addService('before-401', { slbId, ports: [{ port: 80 }] });
    await sandbox.addresses('before-401', ['10.0.6.2']);
    await sandbox.cloud.setFaults([{ operation: 'CreateListener', times: 1, status: 401 }]);
    const mark = await sandbox.mark();
    await sandbox.addService('after-401', { slbId, ports: [{ port: 81 }] });
    await sandbox.addresses('after-401', ['10.0.6.2']);
    expect(await tokensSince(mark)).toBe(1);
    await sandbox.listening(slbId, ['TCP/80', 'TCP/81']);
  });

  it.each([
    {
      form: 'an access key',
      credentials: () => ({ accessKey: sandbox.emulator.credentials.accessKey }),
    },
    { form: 'a bearer token', credentials: () => ({ token: sandbox.emulator.credentials.token }) },
  ])('may be $form', async ({ form, credentials }) => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.3' });
    ccm = await sandbox.startCcm({ cloudConfig: sandbox.cloudConfig(credentials()) });
    const name = form.replaceAll(/\W+/g, '-');
    await sandbox.addService(name, { slbId });
    await sandbox.addresses(name, ['10.0.6.3']);
  });

  it('never reach the log', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.6.4' });
    ccm = await sandbox.startCcm({ args: ['--v=10'] });
    await sandbox.addService('secret', { slbId });
    await sandbox.addresses('secret', ['10.0.6.4']);
    await sandbox.cloud.setFaults([{ path: '.*', status: 500 }]);
    await sandbox.annotate('secret', { 'loadbalancer.inspur.com/forward-rule': 'WRR' });
    await sandbox.event('secret', 'SyncLoadBalancerFailed');
    await ccm.stop();
    const { keycloak } = sandbox.emulator.credentials;
    expect(ccm.output).toContain('service sync failed');
    expect(ccm.output).not.toContain(keycloak.clientSecret);
    expect(ccm.output).not.toContain(sandbox.controlPlane.token);
    expect(ccm.output).not.toMatch(/Bearer (?!\[redacted\])/);
  });
});
